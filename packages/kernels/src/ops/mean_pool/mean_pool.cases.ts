import type { Draws, KernelCheck } from '../../testing/check-kernel.ts';
import { meanPoolReference } from './mean_pool.reference.ts';
import { type MeanPoolProblem, meanPool } from './mean_pool.ts';

/** About a third left out, never all of a clip. */
export const drawMask: Draws<MeanPoolProblem>[string] = (random, { batch, points }) => {
  const mask = Array.from({ length: batch * points }, () => random.integer(0, 2));
  for (let b = 0; b < batch; b++) mask[b * points + random.integer(0, points - 1)] = 1;
  return mask;
};

export const meanPoolCheck: KernelCheck<MeanPoolProblem> = {
  kernel: meanPool,
  reference: meanPoolReference,
  draw: {
    // Some NaN: those at points that are left out must not show.
    x: (random, { batch, points, channels, mask }) =>
      random.normal(batch * points * channels).map((value, i) => (mask && i % 211 === 210 ? NaN : value)),
    mask: drawMask,
  },
  cases: [
    { problem: { batch: 1, points: 1, channels: 1, mask: true } },
    { problem: { batch: 3, points: 7, channels: 5, mask: true } },
    { problem: { batch: 2, points: 8, channels: 31, mask: true } },
    { problem: { batch: 5, points: 9, channels: 33, mask: true } },
    { problem: { batch: 3, points: 19, channels: 35, mask: false } },
    { problem: { batch: 1, points: 4096, channels: 64, mask: true } },
    // More than 65,535 workgroups.
    { problem: { batch: 65543, points: 2, channels: 1, mask: true }, chosenVariantOnly: true },
    { problem: { batch: 1, points: 60, channels: 256, mask: true }, bench: true },
    { problem: { batch: 32, points: 60, channels: 256, mask: true }, bench: true },
    { problem: { batch: 1, points: 256, channels: 256, mask: true }, bench: true },
    // VideoMAE at 16 frames.
    { problem: { batch: 1, points: 1568, channels: 384, mask: false }, bench: true },
  ],
};
