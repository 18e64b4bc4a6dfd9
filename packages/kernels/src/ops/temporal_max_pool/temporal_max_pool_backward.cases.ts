import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { temporalMaxPoolBackwardReference } from './temporal_max_pool.reference.ts';
import type { TemporalMaxPoolProblem } from './temporal_max_pool.ts';
import { temporalMaxPoolBackward } from './temporal_max_pool_backward.ts';

/** A gradient is moved, not changed. */
const EXACT = { rtol: 0, atol: 0 };

export const temporalMaxPoolBackwardCheck: KernelCheck<TemporalMaxPoolProblem> = {
  kernel: temporalMaxPoolBackward,
  reference: temporalMaxPoolBackwardReference,
  draw: {
    // Rounded, so that maxima are often tied, zeros of both signs among them; some NaN or infinite, beyond a clip's end as well.
    x: (random, { batch, frames, points, channels }) =>
      repeat(random.normal(65521), batch * frames * points * channels).map((value, i) =>
        i % 211 === 210 ? NaN : i % 53 === 52 ? value / 0 : Math.round(value),
      ),
    frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)),
  },
  cases: [
    { problem: { batch: 1, frames: 1, points: 1, channels: 1 }, tolerance: EXACT },
    { problem: { batch: 3, frames: 7, points: 5, channels: 3 }, tolerance: EXACT },
    { problem: { batch: 9, frames: 2, points: 1, channels: 7 }, tolerance: EXACT },
    { problem: { batch: 1, frames: 33, points: 13, channels: 5 }, tolerance: EXACT },
    { problem: { batch: 8, frames: 32, points: 60, channels: 128 }, tolerance: EXACT, bench: true },
  ],
};
