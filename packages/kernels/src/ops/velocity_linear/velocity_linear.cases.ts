import type { Draws, KernelCheck } from '../../testing/check-kernel.ts';
import { velocityLinearReference } from './velocity_linear.reference.ts';
import { type VelocityLinearProblem, velocityLinear } from './velocity_linear.ts';

/** Clips as long as the batch has room for. */
const fullLength: Draws<VelocityLinearProblem> = {
  frames: (_, { batch, frames }) => new Array(batch).fill(frames),
};

export const velocityLinearCheck: KernelCheck<VelocityLinearProblem> = {
  kernel: velocityLinear,
  reference: velocityLinearReference,
  draw: { frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)) },
  cases: [
    { problem: { batch: 1, frames: 1, points: 1, channels: 1 } },
    { problem: { batch: 3, frames: 7, points: 5, channels: 9 } },
    { problem: { batch: 1, frames: 2, points: 13, channels: 65 } },
    { problem: { batch: 2, frames: 90, points: 3, channels: 63 } },
    { problem: { batch: 2, frames: 5, points: 3, channels: 17, halfWeights: true } },
    // More than 65,535 workgroups.
    { problem: { batch: 2, frames: 1, points: 32_771, channels: 2 } },
    { problem: { batch: 1, frames: 32, points: 60, channels: 128 }, bench: true, draw: fullLength },
  ],
};
