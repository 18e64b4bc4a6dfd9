import type { Span } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { Shape } from './plan.ts';

/** A batch as a plan takes it: padded to one shape, with the truth about each clip beside it. */
export interface PaddedClips {
  /** [B,T,N,3]; zeros where a clip has no such frame or point. */
  readonly tracks: Float32Array;
  /** [B] frames of each clip. */
  readonly frames: Uint32Array;
  /** [B,N] 1 = a point of the clip. */
  readonly mask: Uint32Array;
}

/** The smallest shape that holds all of the clips. */
export function commonShape(clips: readonly Tracks[]): Shape {
  return {
    batch: clips.length,
    frames: Math.max(...clips.map(({ T }) => T)),
    points: Math.max(...clips.map(({ N }) => N)),
  };
}

/** Pads clips of any T and N to `shape`. */
export function padClips(clips: readonly Tracks[], { batch, frames, points }: Shape): PaddedClips {
  const tracks = new Float32Array(batch * frames * points * 3);
  const mask = new Uint32Array(batch * points);
  for (const [b, { data, T, N }] of clips.entries()) {
    mask.fill(1, b * points, b * points + N);
    for (let t = 0; t < T; t++) tracks.set(data.subarray(t * N * 3, (t + 1) * N * 3), (b * frames + t) * points * 3);
  }
  return { tracks, frames: Uint32Array.from(clips, ({ T }) => T), mask };
}

/** A profile's stages after the one, `pad`, in which the clips were laid out; setting the clocks lay in between, which is no part of a run. */
export function afterPadding(stages: readonly Span[], padMs: number): Span[] {
  const end = stages[0].start;
  return [{ name: 'pad', start: end - padMs, end }, ...stages];
}
