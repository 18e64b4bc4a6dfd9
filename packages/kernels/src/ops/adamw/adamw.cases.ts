import type { Random } from '../../runtime/random.ts';
import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { adamwReference } from './adamw.reference.ts';
import { type AdamwProblem, adamw, adamwSchedule } from './adamw.ts';

const DEFAULTS = { beta1: 0.9, beta2: 0.999, eps: 1e-8 };

const normal = (random: Random, { length }: AdamwProblem) => repeat(random.normal(Math.min(length, 9973)), length);

/** Second moments reach down to squares of small gradients. */
const tolerance = { rtol: 1e-5, atol: 1e-7 };

export const adamwCheck: KernelCheck<AdamwProblem> = {
  kernel: adamw,
  reference: adamwReference,
  tolerance: () => tolerance,
  draw: {
    grad: normal,
    norm: (random) => [3, random.uniform(1, 0.1, 1)[0], 1],
    schedule: (random, { beta1, beta2 }) =>
      adamwSchedule({ learningRate: 0.01, weightDecay: 0.1, beta1, beta2, step: random.integer(1, 2000) }),
    param: normal,
    m: (random, problem) => normal(random, problem).map((value) => value * 0.1),
    v: (random, problem) => normal(random, problem).map((value) => value ** 2 * 0.01),
  },
  cases: [
    { problem: { length: 4, ...DEFAULTS }, tolerance },
    { problem: { length: 252, ...DEFAULTS }, tolerance },
    { problem: { length: 260, beta1: 0.8, beta2: 0.95, eps: 1e-6 }, tolerance },
    { problem: { length: 100_004, ...DEFAULTS }, tolerance },
    // Gradients that are no numbers change nothing.
    {
      problem: { length: 64, ...DEFAULTS },
      tolerance: { rtol: 0, atol: 0 },
      draw: { grad: (random) => random.normal(64).with(5, NaN), norm: () => [NaN, 0, 0] },
    },
    // movt-base's parameters, padded to whole vec4s.
    { problem: { length: 5_613_596, ...DEFAULTS }, tolerance, bench: true, chosenVariantOnly: true },
  ],
};
