import type { Random } from '../../runtime/random.ts';
import type { KernelCheck } from '../../testing/check-kernel.ts';
import { dropoutReference } from './dropout.reference.ts';
import { type DropoutProblem, dropout } from './dropout.ts';

/** No absolute tolerance: what is dropped must be 0, and what is kept must not. */
const tolerance = { rtol: 1e-6, atol: 0 };

/** Any seed and number of a draw. */
export const drawDraw = (random: Random) => [random.integer(0, 2 ** 32 - 1), random.integer(0, 2 ** 32 - 1)];

export const dropoutCheck: KernelCheck<DropoutProblem> = {
  kernel: dropout,
  reference: dropoutReference,
  tolerance: () => tolerance,
  draw: { draw: drawDraw },
  cases: [
    { problem: { length: 1, p: 0.5, layer: 0 }, tolerance },
    { problem: { length: 7, p: 0.5, layer: 1 }, tolerance },
    { problem: { length: 260, p: 0, layer: 2 }, tolerance },
    { problem: { length: 1027, p: 0.1, layer: 3 }, tolerance },
    { problem: { length: 4096, p: 0.999, layer: 2 ** 32 - 1 }, tolerance },
    // NaN and infinity go through.
    {
      problem: { length: 64, p: 0, layer: 1 },
      tolerance,
      draw: { x: (random) => random.normal(64).map((value, i) => (i === 3 ? NaN : i === 4 ? Infinity : value)) },
    },
    // 32 clips of 60 points, 256 channels.
    { problem: { length: 32 * 60 * 256, p: 0.1, layer: 5 }, tolerance, bench: true, chosenVariantOnly: true },
  ],
};
