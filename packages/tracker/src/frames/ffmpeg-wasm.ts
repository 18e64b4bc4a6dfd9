/**
 * ffmpeg compiled to WebAssembly (@ffmpeg/core, GPL: an optional package). Slower than the others and blocking while it
 * decodes a few frames at a time; for machines without an ffmpeg, and for containers that mediabunny does not know, AVI
 * above all.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FfmpegCore } from '@ffmpeg/core';
import { limitExceeded, MovtError } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { decodeArguments, ffmpegFailed, listArguments, logWarnings, parseFrameList } from './ffmpeg.ts';
import type { Decoder } from './source.ts';

/** The file is held in memory. */
const MAX_FILE_BYTES = 512 * 2 ** 20;
/** Decoded pictures that are held at a time. */
const MAX_BATCH_BYTES = 64 * 2 ** 20;
/** The filter names each frame of a batch: it must stay a short expression. */
const MAX_BATCH_FRAMES = 64;

const INPUT = '/input';
const OUTPUT = '/output';

/**
 * A decoder for anything that this ffmpeg reads. Each batch of frames is decoded from the start of the file: exact in
 * any container, and quadratic in the length of the video, which the bound on the file's size keeps tolerable. Throws
 * missing_dependency where @ffmpeg/core is not installed, limit_exceeded for a large file, bad_input for one without a
 * frame.
 */
export async function openFfmpegWasm(path: string, name: string): Promise<Decoder> {
  const core = await loadCore(name);
  const bytes = await readFileBytes(path);
  if (bytes.length > MAX_FILE_BYTES) {
    throw limitExceeded({
      action: `opening ${name} with @ffmpeg/core`,
      given: `${bytes.length} bytes`,
      needed: `at most ${MAX_FILE_BYTES} bytes`,
      fix: 'Install ffmpeg, or convert the video to mp4.',
    });
  }
  core.FS.writeFile(INPUT, bytes);
  const listed = run(core, listArguments(INPUT, OUTPUT));
  const { width, height, times } = parseFrameList(new TextDecoder().decode(listed.output), listed.complaints, name);
  return {
    width,
    height,
    times,
    warnings: logWarnings(listed.complaints, name),
    read: (positions) => readFrames(core, positions, width * height * 4, name),
    // Nothing to free but memory, which goes with the last reference.
    close: async () => {},
  };
}

async function* readFrames(core: FfmpegCore, positions: readonly number[], frameBytes: number, name: string) {
  const perBatch = Math.max(1, Math.min(MAX_BATCH_FRAMES, Math.floor(MAX_BATCH_BYTES / frameBytes)));
  for (let first = 0; first < positions.length; first += perBatch) {
    const batch = positions.slice(first, first + perBatch);
    const filter = `select=${batch.map((position) => `eq(n\\,${position})`).join('+')}`;
    const { output, complaints } = run(core, decodeArguments(INPUT, OUTPUT, filter));
    const count = Math.floor(output.length / frameBytes);
    if (first + count === 0) throw ffmpegFailed(name, complaints);
    for (let i = 0; i < count; i++) {
      yield { position: batch[i], data: output.slice(i * frameBytes, (i + 1) * frameBytes) };
    }
    if (count < batch.length) return;
  }
}

function run(core: FfmpegCore, args: string[]): { output: Uint8Array; complaints: string } {
  const lines: string[] = [];
  // Its exit is an abort by design, and says so in the log.
  core.setLogger(({ message }) => message !== 'Aborted()' && lines.length < 50 && lines.push(message));
  core.exec(...args);
  core.reset();
  let output: Uint8Array = new Uint8Array();
  try {
    output = core.FS.readFile(OUTPUT);
    core.FS.unlink(OUTPUT);
  } catch {
    // Nothing was written: the caller finds no frame and says so.
  }
  return { output, complaints: lines.join('\n') };
}

async function loadCore(name: string): Promise<FfmpegCore> {
  let createCore: typeof import('@ffmpeg/core').default;
  let wasmBinary: Uint8Array;
  try {
    createCore = (await import('@ffmpeg/core')).default;
    wasmBinary = await readFile(fileURLToPath(import.meta.resolve('@ffmpeg/core/wasm')));
  } catch (cause) {
    const message =
      `opening ${name}: this kind of video needs ffmpeg, which is neither on PATH nor installed as the package @ffmpeg/core. ` +
      'Install one of them, or convert the video to mp4.';
    throw new MovtError('missing_dependency', message, { cause });
  }
  // It was built for a web worker and reads its address while it starts; Node has no `self`, Deno's has no address.
  const own = Object.getOwnPropertyDescriptor(globalThis, 'self');
  Object.defineProperty(globalThis, 'self', { value: { location: { href: '' } }, configurable: true });
  try {
    return await createCore({ wasmBinary });
  } finally {
    if (own) Object.defineProperty(globalThis, 'self', own);
    else Reflect.deleteProperty(globalThis, 'self');
  }
}
