import { badInput, fnv1a } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { PixelClip } from '../pixt/clip.ts';
import { shuffled } from '../shuffle.ts';

const STREAM = fnv1a('dropped points');

/**
 * The points of a clip that are left when a share of them is dropped, rounded; at least one. Which ones, (seed, clip)
 * decide alone: those of a larger share are among those of a smaller one, and points and pixels of one clip go together.
 *
 * @param points of the clip
 * @param share of them that is dropped, from 0, below 1
 * @param clip its place in the set
 * @returns ascending indices
 * @throws MovtError bad_input for another share
 */
export function pointsLeft(points: number, share: number, seed: number, clip: number): number[] {
  if (!(share >= 0 && share < 1)) {
    throw badInput({ action: 'dropping points', given: `a share of ${share}`, needed: 'from 0, below 1' });
  }
  const every = Array.from({ length: points }, (_, i) => i);
  const count = Math.max(1, points - Math.round(share * points));
  return shuffled(every, seed, STREAM, clip)
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** A clip with some of its points only: [T,N,3] to [T,kept,3]. */
export function keepPoints({ data, T, N }: Tracks, kept: readonly number[]): Tracks {
  const left = new Float32Array(T * kept.length * 3);
  for (let t = 0; t < T; t++) {
    for (const [to, n] of kept.entries()) {
      const from = (t * N + n) * 3;
      left.set(data.subarray(from, from + 3), (t * kept.length + to) * 3);
    }
  }
  return { data: left, T, N: kept.length };
}

/** The same of pixels, each of which keeps its place. */
export function keepPixels(clip: PixelClip, kept: readonly number[]): PixelClip {
  return { ...keepPoints(clip, kept), places: kept.map((i) => clip.places?.[i] ?? i) };
}
