import type { Draws } from './draws.ts';
import { type Similarity, similarity } from './similarity.ts';

/** A straight strip that passes in front of the scene. */
export interface Occluder {
  /** How far inside of it a place is, in its own coordinates; negative outside. */
  depth(x: number, y: number): number;
  /** Where it is in the picture, at a time in frames. */
  at(t: number): Similarity;
}

/** Farther from the middle no strip can be seen. */
const OUT_OF_SIGHT = 1.5;

/** Draws a strip that crosses the picture once, from beyond one edge to beyond the other. */
export function drawOccluder(draws: Draws, frames: number): Occluder {
  const direction = draws.between(0, 2 * Math.PI);
  const [x, y] = [Math.cos(direction), Math.sin(direction)];
  const halfWidth = draws.between(0.05, 0.2);
  const crossing = draws.between(0.5, 1) * (frames - 1);
  const start = draws.between(0, frames - 1 - crossing);
  const farthest = OUT_OF_SIGHT + halfWidth;
  return {
    depth: (u, v) => halfWidth - Math.abs(x * u + y * v),
    at: (t) => {
      const middle = farthest * (2 * Math.min(1, Math.max(0, (t - start) / crossing)) - 1);
      return similarity({ x: x * middle, y: y * middle }, 0, 1);
    },
  };
}
