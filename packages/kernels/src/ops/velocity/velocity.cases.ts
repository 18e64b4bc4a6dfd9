import type { KernelCheck } from '../../testing/check-kernel.ts';
import { velocityReference } from './velocity.reference.ts';
import { type VelocityProblem, velocity } from './velocity.ts';

export const velocityCheck: KernelCheck<VelocityProblem> = {
  kernel: velocity,
  reference: velocityReference,
  cases: [
    { problem: { batch: 1, frames: 1, points: 1 } },
    { problem: { batch: 3, frames: 7, points: 5 } },
    { problem: { batch: 1, frames: 63, points: 1 } },
    { problem: { batch: 1, frames: 5, points: 13 } },
    { problem: { batch: 1, frames: 2, points: 65 } },
    // More than 65,535 workgroups.
    { problem: { batch: 2, frames: 33, points: 63557 } },
    { problem: { batch: 1, frames: 32, points: 60 }, bench: true },
    { problem: { batch: 32, frames: 32, points: 60 }, bench: true },
  ],
};
