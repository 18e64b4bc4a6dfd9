import type { KernelCheck } from '../../testing/check-kernel.ts';
import { mseReference } from './mse.reference.ts';
import { type MseProblem, mse } from './mse.ts';

/** A gradient is a share of one element's: far below the usual absolute tolerance. */
const tolerance = { rtol: 1e-5, atol: 1e-9 };

export const mseCheck: KernelCheck<MseProblem> = {
  kernel: mse,
  reference: mseReference,
  tolerance: () => tolerance,
  draw: { scale: (random) => random.uniform(1, 0.25, 1) },
  cases: [
    { problem: { length: 1 }, tolerance },
    { problem: { length: 31 }, tolerance },
    { problem: { length: 1027 }, tolerance },
    { problem: { length: 9001 }, tolerance },
    {
      problem: { length: 65 },
      tolerance,
      draw: { y: (random) => random.normal(65).map((value, i) => (i === 40 ? NaN : value)) },
    },
    { problem: { length: 32 * 12 }, tolerance, bench: true },
  ],
};
