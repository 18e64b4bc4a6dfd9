/** Videos in files and decoders in processes. Node and Deno only. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../refusal.ts';
import { readDecoded } from './decoded-video.ts';
import { type DecoderLimits, startDecoder } from './decoder-process.ts';
import { createSlots } from './slots.ts';
import type { StoredVideo, VideoLimits, VideoPlace, Videos } from './videos.ts';

export interface VideosOptions extends DecoderLimits {
  /** Path of the bundled program of decoder-main.ts. */
  readonly decoder: string;
  readonly limits: VideoLimits;
  /** Decoders at a time. */
  readonly processes: number;
  /** Videos that wait for one, or are being received, besides as many as there are decoders. */
  readonly queue: number;
}

/** What a video is taken to need before one has been through, in milliseconds. */
const FIRST_GUESS_MS = 2000;
/** Of the new video in the moving average of how long a place is held. */
const SHARE = 0.2;

/** Files lie in a folder of their own below the system's temporary one, readable by this user alone. */
export async function createVideos({ decoder, limits, processes, queue, ...bounds }: VideosOptions): Promise<Videos> {
  const folder = await mkdtemp(join(tmpdir(), 'movt-worker-'));
  const slots = createSlots(processes);
  const places = new Set<VideoPlace>();
  let heldMs = FIRST_GUESS_MS;
  let count = 0;

  const createPlace = (): VideoPlace => {
    const path = join(folder, `${count++}`);
    const admitted = performance.now();
    const sources = new Set<() => Promise<void>>();
    let isOver = false;

    const openVideo: StoredVideo['open'] = async (choice, signal) => {
      const free = await slots.take(signal);
      if (isOver) {
        free();
        throw new Refusal(499, 'decoding the video: got a video that was given up, need one that is there.');
      }
      const { videoSeconds: seconds, pixels, frames } = limits;
      const running = startDecoder(decoder, { path, choice, limits: { pixels, seconds, frames } }, bounds);
      const close = async () => {
        sources.delete(close);
        running.kill();
        await running.ended;
        free();
      };
      sources.add(close);
      return readDecoded(running, { ...bounds, pixels, frames }, close, signal);
    };

    const place: VideoPlace = {
      async store(bytes) {
        const file = await open(path, 'wx', 0o600);
        let length = 0;
        try {
          for await (const chunk of bytes) {
            await file.writeFile(chunk);
            length += chunk.length;
          }
        } finally {
          await file.close();
        }
        if (length > 0) return { bytes: length, open: openVideo };
        throw new Refusal(400, 'receiving the video: got an empty body, need a video.');
      },
      async release() {
        if (isOver) return;
        isOver = true;
        await Promise.all([...sources].map((close) => close()));
        await rm(path, { force: true });
        places.delete(place);
        heldMs += SHARE * (performance.now() - admitted - heldMs);
      },
    };
    return place;
  };

  return {
    admit() {
      if (places.size >= processes + queue) {
        const seconds = Math.ceil((heldMs / 1000) * (queue / processes));
        throw new Refusal(
          503,
          `taking a video: got ${places.size} others that are being worked on, need fewer than ${processes + queue}. Try again later.`,
          Math.max(1, Math.min(seconds, 600)),
        );
      }
      const place = createPlace();
      places.add(place);
      return place;
    },
    async close() {
      await Promise.all([...places].map((place) => place.release()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
