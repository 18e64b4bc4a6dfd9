import type { KernelCheck } from '../../testing/check-kernel.ts';
import { drawMask } from './mean_pool.cases.ts';
import { meanPoolBackwardReference } from './mean_pool.reference.ts';
import type { MeanPoolProblem } from './mean_pool.ts';
import { meanPoolBackward } from './mean_pool_backward.ts';

export const meanPoolBackwardCheck: KernelCheck<MeanPoolProblem> = {
  kernel: meanPoolBackward,
  reference: meanPoolBackwardReference,
  draw: { mask: drawMask },
  cases: [
    { problem: { batch: 1, points: 1, channels: 1, mask: true } },
    { problem: { batch: 3, points: 7, channels: 5, mask: true } },
    { problem: { batch: 5, points: 9, channels: 33, mask: true } },
    { problem: { batch: 3, points: 19, channels: 35, mask: false } },
    { problem: { batch: 1, points: 4096, channels: 3, mask: true } },
    // More than 65,535 workgroups.
    { problem: { batch: 65543, points: 2, channels: 9, mask: true }, chosenVariantOnly: true },
    { problem: { batch: 32, points: 60, channels: 256, mask: true }, bench: true },
  ],
};
