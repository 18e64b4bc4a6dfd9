import { createRandom } from '@movt/kernels';
import type { PixelClip, Tracks, VideoClip } from 'movt';

/** Clips of T frames and N points at random places, a tenth of them occluded: the same ones for the same size of batch. */
export function drawClips(batch: number, T: number, N: number): Tracks[] {
  const random = createRandom(batch);
  return Array.from({ length: batch }, () => {
    const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.8) : value));
    return { data, T, N };
  });
}

/** Clips of T frames and N pixels of random colours. */
export function drawPixels(batch: number, T: number, N: number): PixelClip[] {
  const random = createRandom(batch);
  return Array.from({ length: batch }, () => ({ data: random.uniform(T * N * 3, 0, 1), T, N }));
}

/** Clips of T frames of size × size random pixels. */
export function drawVideos(batch: number, T: number, size: number): VideoClip[] {
  const random = createRandom(batch);
  return Array.from({ length: batch }, () => {
    const video = Uint8Array.from(random.uniform(T * size * size * 3, 0, 256));
    return { T, height: size, width: size, pixels: () => video };
  });
}
