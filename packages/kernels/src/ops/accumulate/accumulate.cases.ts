import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { accumulateReference } from './accumulate.reference.ts';
import { type AccumulateProblem, accumulate } from './accumulate.ts';

export const accumulateCheck: KernelCheck<AccumulateProblem> = {
  kernel: accumulate,
  reference: accumulateReference,
  draw: {
    x: (random, { length }) => repeat(random.normal(Math.min(length, 9973)), length),
    carry: () => [1],
    sum: (random, { length }) => repeat(random.normal(Math.min(length, 9967)), length),
  },
  cases: [
    { problem: { length: 4 } },
    { problem: { length: 260 } },
    // What was there before does not matter, whatever it is.
    {
      problem: { length: 1028 },
      tolerance: { rtol: 0, atol: 0 },
      draw: { carry: () => [0], sum: (random, { length }) => random.normal(length).fill(NaN, 0, 300) },
    },
    // movt-base's parameters, padded to whole vec4s.
    { problem: { length: 5_613_596 }, bench: true, chosenVariantOnly: true },
  ],
};
