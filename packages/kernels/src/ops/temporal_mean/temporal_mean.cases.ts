import type { Draws, KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { temporalMeanReference } from './temporal_mean.reference.ts';
import { type TemporalMeanProblem, temporalMean } from './temporal_mean.ts';

/** Clips as long as the batch has room for. */
const fullLength: Draws<TemporalMeanProblem> = {
  frames: (_, { batch, frames }) => new Array(batch).fill(frames),
};

export const temporalMeanCheck: KernelCheck<TemporalMeanProblem> = {
  kernel: temporalMean,
  reference: temporalMeanReference,
  draw: {
    // Some of them NaN, in the frames beyond a clip's end as well.
    tracks: (random, { batch, frames, points }) =>
      repeat(random.normal(65521), batch * frames * points * 3).map((value, i) => (i % 211 === 210 ? NaN : value)),
    frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)),
  },
  cases: [
    { problem: { batch: 1, frames: 1, points: 1 } },
    { problem: { batch: 3, frames: 7, points: 5 } },
    { problem: { batch: 7, frames: 2, points: 9 } },
    { problem: { batch: 1, frames: 90, points: 64 } },
    { problem: { batch: 5, frames: 33, points: 13 } },
    // More than 65,535 workgroups.
    { problem: { batch: 2, frames: 1, points: 1048583 } },
    { problem: { batch: 1, frames: 32, points: 60 }, bench: true, draw: fullLength },
    { problem: { batch: 32, frames: 32, points: 60 }, bench: true, draw: fullLength },
  ],
};
