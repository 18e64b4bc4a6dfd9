import { PATCH_SIDE, pyramidLength } from '@movt/kernels';

/** Where everything that the tracker looks at lies in one buffer of packed RGBA pixels; offsets and length in pixels. */
export interface KltMemory {
  readonly width: number;
  readonly height: number;
  readonly points: number;
  /** Levels of each pyramid. */
  readonly levels: number;
  /** Pyramids of the last two frames, which take turns. */
  readonly frames: readonly [number, number];
  /** Query patches [points, PATCH_SIDE, PATCH_SIDE]. */
  readonly patches: number;
  readonly length: number;
}

/** Pixels that the shorter side of the coarsest level has at least: four windows side by side. */
const COARSEST_SIDE = 60;

/** Plans the buffer for a picture's size and a number of points. */
export function kltMemory(width: number, height: number, points: number): KltMemory {
  const levels = 1 + Math.max(0, Math.floor(Math.log2(Math.min(width, height) / COARSEST_SIDE)));
  const pyramid = pyramidLength(width, height, levels);
  const patches = 2 * pyramid;
  return { width, height, points, levels, frames: [0, pyramid], patches, length: patches + points * PATCH_SIDE ** 2 };
}
