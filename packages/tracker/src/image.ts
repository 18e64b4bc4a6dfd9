/** PNG and JPEG files to RGBA and back. Node and Deno only. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import decodeJpegBytes, { init as initDecoder } from '@jsquash/jpeg/decode.js';
import encodeJpegBytes, { init as initEncoder } from '@jsquash/jpeg/encode.js';
import { badInput, limitExceeded } from '@movt/kernels';
import { readFileBytes, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { decode as decodePngBytes, encode as encodePngBytes } from 'fast-png';
import { MAX_PIXELS } from './frames/source.ts';
import { pngToRgba } from './png-rgba.ts';

/** A picture: `data` is [height, width, 4], R, G, B, A of 0 … 255. */
export interface Image {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Reads a PNG or JPEG file, told apart by its first bytes. Throws bad_input for a file that is missing, cut off or
 * neither.
 */
export async function readImage(path: string): Promise<Image> {
  return decodeImage(await readFileBytes(path), path);
}

/**
 * Writes an opaque or transparent PNG; nothing half-written is left behind. Throws bad_input where it cannot be
 * written.
 */
export async function writePng(path: string, { width, height, data }: Image): Promise<void> {
  await writeFileAtomic(path, encodePngBytes({ width, height, data, channels: 4, depth: 8 }));
}

/**
 * The bytes of a baseline JPEG, 4:2:0; alpha is left out. A progressive one is a tenth smaller and takes three times as long.
 *
 * @param quality 1 … 100
 */
export async function encodeJpeg({ width, height, data }: Image, quality: number): Promise<Uint8Array> {
  jpegEncoder ??= compileCodec('enc/mozjpeg_enc.wasm').then((module) => initEncoder(module as never));
  await jpegEncoder;
  const picture = { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
  return new Uint8Array(await encodeJpegBytes(picture as ImageData, { quality, progressive: false, baseline: true }));
}

/** The pixels of a PNG or JPEG file's bytes; EXIF orientation is applied. `source` names it in messages. */
export async function decodeImage(bytes: Uint8Array, source: string): Promise<Image> {
  const kind = startsWith(bytes, PNG_SIGNATURE) ? 'PNG' : startsWith(bytes, JPEG_SIGNATURE) ? 'JPEG' : null;
  if (!kind) throw badInput({ action: `reading ${source}`, given: 'another format', needed: 'a PNG or JPEG image' });
  const unreadable = () =>
    badInput({ action: `reading ${source}`, given: `a damaged or cut ${kind}`, needed: 'an image that is whole' });

  const size = kind === 'PNG' ? pngSize(bytes) : jpegSize(bytes);
  if (!size || size.width * size.height === 0) throw unreadable();
  // Checked before decoding: a few bytes can ask for gigabytes.
  if (size.width * size.height > MAX_PIXELS) {
    throw limitExceeded({
      action: `reading ${source}`,
      given: `${size.width}×${size.height} pixels`,
      needed: `at most ${MAX_PIXELS} pixels`,
    });
  }
  try {
    return kind === 'PNG' ? pngToRgba(decodePngBytes(bytes, { checkCrc: true })) : await decodeJpeg(bytes);
  } catch {
    throw unreadable();
  }
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG_SIGNATURE = [0xff, 0xd8, 0xff];

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

interface Size {
  width: number;
  height: number;
}

/** IHDR is always the first chunk; null where the file ends before it. */
function pngSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 24) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * The size in the start-of-frame segment. Null where it is missing or where no end-of-image marker follows the first
 * scan: the decoder itself fills a cut picture with grey and says nothing.
 */
function jpegSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: Size | null = null;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xda) return endsAfter(bytes, at) ? size : null;
  }
  return null;
}

/** Within coded data 0xff is always followed by 0, so that 0xff 0xd9 can only be the end of the image. */
function endsAfter(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.lastIndexOf(0xd9); at > from; at = bytes.lastIndexOf(0xd9, at - 1)) {
    if (bytes[at - 1] === 0xff) return true;
  }
  return false;
}

let jpegDecoder: Promise<void> | null = null;
let jpegEncoder: Promise<void> | null = null;

/** The package would fetch its own wasm, which neither Node nor Deno does for a file. */
async function compileCodec(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve(`@jsquash/jpeg/codec/${file}`))));
}

async function decodeJpeg(bytes: Uint8Array): Promise<Image> {
  jpegDecoder ??= compileCodec('dec/mozjpeg_dec.wasm').then((module) => initDecoder(module as never));
  await jpegDecoder;
  try {
    const { width, height, data } = await decodeJpegBytes(Uint8Array.from(bytes).buffer, { preserveOrientation: true });
    return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch (error) {
    jpegDecoder = null; // A wasm module that has aborted stays unusable.
    throw error;
  }
}
