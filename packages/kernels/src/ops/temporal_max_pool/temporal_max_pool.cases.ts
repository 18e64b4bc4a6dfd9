import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { temporalMaxPoolReference } from './temporal_max_pool.reference.ts';
import { type TemporalMaxPoolProblem, temporalMaxPool } from './temporal_max_pool.ts';

/** A maximum is one of its inputs. */
const EXACT = { rtol: 0, atol: 0 };

export const temporalMaxPoolCheck: KernelCheck<TemporalMaxPoolProblem> = {
  kernel: temporalMaxPool,
  reference: temporalMaxPoolReference,
  draw: {
    // Some of them NaN or infinite, in the frames beyond a clip's end as well.
    x: (random, { batch, frames, points, channels }) =>
      repeat(random.normal(65521), batch * frames * points * channels).map((value, i) =>
        i % 211 === 210 ? NaN : i % 53 === 52 ? value / 0 : value,
      ),
    frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)),
  },
  cases: [
    { problem: { batch: 1, frames: 1, points: 1, channels: 1 }, tolerance: EXACT },
    { problem: { batch: 3, frames: 7, points: 5, channels: 3 }, tolerance: EXACT },
    { problem: { batch: 9, frames: 2, points: 1, channels: 7 }, tolerance: EXACT },
    { problem: { batch: 2, frames: 5, points: 9, channels: 7 }, tolerance: EXACT },
    { problem: { batch: 1, frames: 33, points: 13, channels: 5 }, tolerance: EXACT },
    // More than 65,535 workgroups.
    { problem: { batch: 65543, frames: 1, points: 1, channels: 64 }, tolerance: EXACT },
    { problem: { batch: 1, frames: 32, points: 60, channels: 128 }, tolerance: EXACT, bench: true },
    { problem: { batch: 8, frames: 32, points: 60, channels: 128 }, tolerance: EXACT, bench: true },
  ],
};
