import type { Draws, KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { conv1dReference } from './conv1d.reference.ts';
import { type Conv1dProblem, conv1d } from './conv1d.ts';

const tolerance = ({ inputs, taps }: Conv1dProblem) => ({ rtol: 1e-5, atol: 4e-6 * Math.sqrt(inputs * taps) });
const check = (problem: Conv1dProblem): KernelCase<Conv1dProblem> => ({ problem, tolerance: tolerance(problem) });

/** Clips as long as the batch has room for. */
const fullLength: Draws<Conv1dProblem> = {
  frames: (_, { batch, frames }) => new Array(batch).fill(frames),
};

export const conv1dCheck: KernelCheck<Conv1dProblem> = {
  kernel: conv1d,
  reference: conv1dReference,
  draw: { frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)) },
  cases: [true, false].flatMap((maxOverTime) => [
    check({ batch: 2, frames: 7, points: 3, inputs: 5, outputs: 9, taps: 3, maxOverTime, halfWeights: true }),
    check({ batch: 1, frames: 1, points: 1, inputs: 1, outputs: 1, taps: 1, maxOverTime }),
    check({ batch: 2, frames: 7, points: 3, inputs: 5, outputs: 9, taps: 3, maxOverTime }),
    check({ batch: 1, frames: 33, points: 2, inputs: 17, outputs: 65, taps: 5, maxOverTime }),
    check({ batch: 3, frames: 2, points: 1, inputs: 3, outputs: 33, taps: 7, maxOverTime }),
    check({ batch: 2, frames: 5, points: 4, inputs: 6, outputs: 8, taps: 3, maxOverTime, yStride: 19 }),
    // Channels in whole vec4s that do not fill their last stage or tile.
    check({ batch: 2, frames: 33, points: 2, inputs: 20, outputs: 68, taps: 3, maxOverTime, yStride: 76 }),
    check({ batch: 2, frames: 6, points: 3, inputs: 8, outputs: 4, taps: 3, maxOverTime, halfWeights: true }),
    // More than 65,535 workgroups.
    {
      ...check({ batch: 3, frames: 1, points: 21_850, inputs: 1, outputs: 2, taps: 1, maxOverTime }),
      chosenVariantOnly: true,
    },
    {
      ...check({ batch: 1, frames: 32, points: 60, inputs: 256, outputs: 128, taps: 3, maxOverTime }),
      bench: maxOverTime,
      ...(maxOverTime ? { draw: fullLength } : {}),
    },
  ]),
};
