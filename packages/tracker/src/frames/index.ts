/** Frames of videos and image folders on disk. Node and Deno only; for a browser there is blob.ts. */
import { open } from 'node:fs/promises';
import { badInput } from '@movt/kernels';
import { fileError } from '@movt/kernels/safetensors/file';
import { cutWarning, HEAD_BYTES } from './declared-length.ts';
import { openFfmpegProcess } from './ffmpeg-process.ts';
import { openFfmpegWasm } from './ffmpeg-wasm.ts';
import { openImages } from './images.ts';
import type { ClipOptions } from './sampling.ts';
import { type Decoder, type FrameSource, noFrame, openFrames } from './source.ts';

export { type ClipLimits, type ClipOptions, parseSampling, type Sampling, sampleIndices } from './sampling.ts';
export type { Frame, FrameSource } from './source.ts';

/**
 * Opens a video file or a folder of images.
 *
 * mp4, mov, webm and mkv go through mediabunny; what it does not know, AVI above all, through the ffmpeg on PATH, or
 * else through the package
 * @ffmpeg/core. Rotation is applied; pixels stay square as stored. A file that was cut off in the middle yields the
 * frames before the cut, with a warning, unless its index is lost.
 *
 * @throws MovtError bad_input for a file that is missing, not a video or without a frame in the range; limit_exceeded
 * for pictures above 8192×8192 and for whatever is above `limits`; missing_dependency where no decoder for it is installed.
 */
export async function openVideo(path: string, options: ClipOptions = {}): Promise<FrameSource> {
  const { isFolder, head, size } = await inspect(path);
  const decoder = isFolder ? await openImages(path) : await openFile(path, options.limits?.pixels);
  decoder.warnings.push(...cutWarning(head, size, path));
  return openFrames(decoder, options, path);
}

async function openFile(path: string, mostPixels: number | undefined): Promise<Decoder> {
  await setUpWebCodecs();
  // Loaded here: whoever opens no video file need not wait for it.
  const [{ FilePathSource }, { openMediabunny }] = await Promise.all([import('mediabunny'), import('./mediabunny.ts')]);
  return (
    (await openMediabunny(new FilePathSource(path), path, mostPixels)) ??
    (await openFfmpegProcess(path, path)) ??
    (await openFfmpegWasm(path, path))
  );
}

/** Refuses what is neither a folder nor a file that may be read and has contents. */
async function inspect(path: string): Promise<{ isFolder: boolean; head: Uint8Array; size: number }> {
  const handle = await open(path).catch((error) => {
    throw fileError('reading', path, error);
  });
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) return { isFolder: true, head: new Uint8Array(), size: 0 };
    if (!stats.isFile()) {
      throw badInput({ action: `opening ${path}`, given: 'neither a file nor a folder', needed: 'one' });
    }
    if (stats.size === 0) throw noFrame(path, 'an empty file');
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { isFolder: false, head: buffer.subarray(0, bytesRead), size: stats.size };
  } finally {
    await handle.close();
  }
}

/** Node and Deno have no WebCodecs of their own. Without the optional package ffmpeg serves all videos. */
async function setUpWebCodecs(): Promise<void> {
  await import('@napi-rs/webcodecs/polyfill').catch(() => {});
}
