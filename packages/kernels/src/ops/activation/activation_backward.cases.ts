import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { activationBackwardReference } from './activation.reference.ts';
import type { ActivationProblem } from './activation.ts';
import { activationBackward } from './activation_backward.ts';

/** dy, or 0. */
const EXACT = { rtol: 0, atol: 0 };
/** A slope crosses zero, where it is a difference of near equals; it is right to 1e-6 of the largest, times a dy of up to 5. */
const SLOPE = { rtol: 1e-6, atol: 5e-6 };

export const activationBackwardCheck: KernelCheck<ActivationProblem> = {
  kernel: activationBackward,
  reference: activationBackwardReference,
  draw: {
    dy: (random, { count }) => repeat(random.normal(65519), count),
    // Mostly the range where the functions bend; some 0, some far outside, some NaN.
    x: (random, { count }) =>
      repeat(random.uniform(65521, -12, 12), count).map((value, i) => {
        if (i % 101 === 100) return NaN;
        if (i % 89 === 88) return 0;
        return i % 97 === 96 ? value * 1e18 : value;
      }),
  },
  cases: [
    { problem: { count: 257, activation: 'none' }, tolerance: EXACT },
    { problem: { count: 1, activation: 'relu' }, tolerance: EXACT },
    { problem: { count: 1001, activation: 'relu' }, tolerance: EXACT },
    { problem: { count: 100003, activation: 'gelu' }, tolerance: SLOPE },
    { problem: { count: 100003, activation: 'gelu_tanh' }, tolerance: SLOPE },
    { problem: { count: 1004, activation: 'gelu_tanh' }, tolerance: SLOPE },
    { problem: { count: 10004, activation: 'gelu' }, tolerance: SLOPE },
    // More than 65,535 workgroups.
    { problem: { count: 65537 * 256 + 3, activation: 'relu' }, tolerance: EXACT },
    { problem: { count: 60 * 2048, activation: 'relu' }, tolerance: EXACT, bench: true },
  ],
};
