import type { Draws } from './draws.ts';
import { type Similarity, similarity } from './similarity.ts';

/** Where the world is in the picture, at a time in frames. */
export type Camera = (t: number) => Similarity;

/** Draws a camera held by hand, more or less quietly: it shakes, and drifts aside, closer or round at one speed. */
export function drawCamera(draws: Draws, frames: number): Camera {
  const drift = () => draws.between(-1, 1) ** 3 / (frames - 1);
  const [x, y] = [0.4 * drift(), 0.4 * drift()];
  const [turn, growth] = [0.08 * drift(), 0.1 * drift()];
  const unrest = 0.03 * draws.between(0, 1) ** 2;
  const [shakeX, shakeY, shakeAngle] = [drawShake(draws), drawShake(draws), drawShake(draws)];
  return (t) =>
    similarity(
      { x: x * t + unrest * shakeX(t), y: y * t + unrest * shakeY(t) },
      turn * t + unrest * 0.3 * shakeAngle(t),
      Math.exp(growth * t),
    );
}

/** Three sines, the slow ones wider: 0 at the first frame, about 1 in size. */
function drawShake(draws: Draws): (t: number) => number {
  const sines = [3, 7, 16].map((period, i) => ({
    rate: (2 * Math.PI) / (period * draws.between(1, 2)),
    height: draws.between(0.15, 0.3) * (i + 1),
    phase: draws.between(0, 2 * Math.PI),
  }));
  return (t) =>
    sines.reduce((sum, { rate, height, phase }) => sum + height * (Math.sin(rate * t + phase) - Math.sin(phase)), 0);
}
