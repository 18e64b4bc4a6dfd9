import { badInput } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';

/** Which part of a clip is kept. */
export type Part = 'first' | 'middle' | 'last';

/** A model needs two frames to see a motion. */
const FEWEST_FRAMES = 2;

/**
 * The frames of a clip that are kept: a share of them, rounded, at least two where the clip has as many.
 *
 * @param frames of the clip
 * @param share above 0, to 1
 * @returns the first frame that is kept, and how many are
 * @throws MovtError bad_input for another share
 */
export function croppedFrames(frames: number, share: number, part: Part): { first: number; count: number } {
  if (!(share > 0 && share <= 1)) {
    throw badInput({ action: 'cropping a clip', given: `a share of ${share}`, needed: 'above 0, to 1' });
  }
  const count = Math.min(frames, Math.max(FEWEST_FRAMES, Math.round(share * frames)));
  const spare = frames - count;
  return { first: { first: 0, middle: Math.floor(spare / 2), last: spare }[part], count };
}

/** The first, middle or last share of a clip's frames: tracks, or pixels of PixT, [T,N,3]. */
export function cropFrames({ data, T, N }: Tracks, share: number, part: Part): Tracks {
  const { first, count } = croppedFrames(T, share, part);
  return { data: data.slice(first * N * 3, (first + count) * N * 3), T: count, N };
}
