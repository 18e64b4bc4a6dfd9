import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { gradNormPartsReference, gradNormReference } from './grad_norm.reference.ts';
import { type GradNormProblem, gradNorm, gradNormParts } from './grad_norm.ts';

/** What movt-base has, padded to whole vec4s. */
const PARAMETERS = 5_613_596;

export const gradNormPartsCheck: KernelCheck<Pick<GradNormProblem, 'length'>> = {
  kernel: gradNormParts,
  reference: ({ length }, inputs) => gradNormPartsReference(length, 4096, inputs),
  draw: { grad: (random, { length }) => repeat(random.normal(Math.min(length, 9973)), length) },
  cases: [
    { problem: { length: 4 } },
    { problem: { length: 4092 } },
    { problem: { length: 4096 } },
    { problem: { length: 3 * 4096 + 20 } },
    { problem: { length: 600_004 } },
    { problem: { length: PARAMETERS }, bench: true, chosenVariantOnly: true },
  ],
};

export const gradNormCheck: KernelCheck<GradNormProblem> = {
  kernel: gradNorm,
  reference: gradNormReference,
  draw: { parts: (random, { length }) => random.uniform(Math.ceil(length / 4096), 0, 1) },
  cases: [
    { problem: { length: 4, maxNorm: 0.01 } },
    { problem: { length: 4, maxNorm: 1 }, draw: { parts: () => [0] } },
    { problem: { length: 300 * 4096, maxNorm: 1 } },
    { problem: { length: 300 * 4096, maxNorm: 1000 } },
    { problem: { length: 5000 * 4096, maxNorm: 1 } },
    {
      problem: { length: 4 * 4096, maxNorm: 1 },
      draw: { parts: () => [1, NaN, 3, 4] },
    },
    { problem: { length: 4 * 4096, maxNorm: 1 }, draw: { parts: () => [1, 2, Infinity, 4] } },
    { problem: { length: 4 * 4096, maxNorm: 1 }, draw: { parts: () => [1, 2e38, 3e38, 4] } },
    { problem: { length: PARAMETERS, maxNorm: 1 }, bench: true },
  ],
};
