import type { Draws, KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import {
  velocityLinearBackwardReference,
  velocityLinearParametersBackwardReference,
} from './velocity_linear.reference.ts';
import { type VelocityLinearBackwardProblem, velocityLinearBackward } from './velocity_linear_backward.ts';
import { velocityLinearParametersBackward } from './velocity_linear_parameters_backward.ts';

const features = ({ batch, frames, points, channels }: VelocityLinearBackwardProblem) =>
  batch * frames * points * channels;

/** y as a ReLU leaves it: any other number where it is open would do as well, since only the sign counts. */
const draw: Draws<VelocityLinearBackwardProblem> = {
  dy: (random, problem) => repeat(random.normal(65519), features(problem)),
  y: (random, problem) => repeat(random.normal(65521), features(problem)).map((value) => Math.max(value, 0)),
  frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)),
};

/** Sums over 128 channels of products of either sign. */
const CHANNELS = { rtol: 1e-5, atol: 5e-5 };

export const velocityLinearBackwardCheck: KernelCheck<VelocityLinearBackwardProblem> = {
  kernel: velocityLinearBackward,
  reference: velocityLinearBackwardReference,
  draw,
  cases: [
    { problem: { batch: 1, frames: 1, points: 1, channels: 1 } },
    { problem: { batch: 3, frames: 7, points: 5, channels: 9 } },
    { problem: { batch: 2, frames: 3, points: 13, channels: 68 }, tolerance: CHANNELS },
    { problem: { batch: 1, frames: 2, points: 3, channels: 1030 }, tolerance: { rtol: 1e-5, atol: 2e-4 } },
    { problem: { batch: 2, frames: 90, points: 3, channels: 8 } },
    // More than 65,535 workgroups where a row has one to itself.
    { problem: { batch: 2, frames: 1, points: 32_771, channels: 2 }, chosenVariantOnly: true },
    {
      problem: { batch: 8, frames: 32, points: 60, channels: 128 },
      tolerance: CHANNELS,
      chosenVariantOnly: true,
      bench: true,
    },
  ],
};

export const velocityLinearParametersBackwardCheck: KernelCheck<VelocityLinearBackwardProblem> = {
  kernel: velocityLinearParametersBackward,
  reference: velocityLinearParametersBackwardReference,
  draw,
  cases: [
    { problem: { batch: 1, frames: 1, points: 1, channels: 1 } },
    { problem: { batch: 3, frames: 7, points: 5, channels: 9 } },
    { problem: { batch: 2, frames: 9, points: 33, channels: 20 }, tolerance: { rtol: 1e-5, atol: 5e-5 } },
    // Sums over 15,360 places, up to a few hundred.
    {
      problem: { batch: 8, frames: 32, points: 60, channels: 128 },
      tolerance: { rtol: 1e-5, atol: 1e-3 },
      chosenVariantOnly: true,
      bench: true,
    },
  ],
};
