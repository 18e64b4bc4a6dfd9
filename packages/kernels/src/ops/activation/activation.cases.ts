import type { KernelCheck } from '../../testing/check-kernel.ts';
import { repeat } from '../../testing/repeat.ts';
import { activationReference } from './activation.reference.ts';
import { type ActivationProblem, activation } from './activation.ts';

/** The tail of gelu must be right to its own size, not to that of the largest value; 1e-37 is about the least f32. */
const RELATIVE = { rtol: 1e-6, atol: 1e-37 };

export const activationCheck: KernelCheck<ActivationProblem> = {
  kernel: activation,
  reference: activationReference,
  draw: {
    // Mostly the range where the functions bend; every 97th far outside, every 101st NaN.
    x: (random, { count }) =>
      repeat(random.uniform(65521, -12, 12), count).map((value, i) =>
        i % 101 === 100 ? NaN : i % 97 === 96 ? value * 1e18 : value,
      ),
  },
  cases: [
    { problem: { count: 1, activation: 'none' }, tolerance: RELATIVE },
    { problem: { count: 1001, activation: 'none' }, tolerance: RELATIVE },
    { problem: { count: 1, activation: 'relu' }, tolerance: RELATIVE },
    { problem: { count: 257, activation: 'relu' }, tolerance: RELATIVE },
    { problem: { count: 255, activation: 'gelu' }, tolerance: RELATIVE },
    { problem: { count: 100003, activation: 'gelu' }, tolerance: RELATIVE },
    { problem: { count: 256, activation: 'gelu_tanh' } },
    { problem: { count: 100003, activation: 'gelu_tanh' } },
    // More than 65,535 workgroups.
    { problem: { count: 65537 * 256 + 3, activation: 'relu' }, tolerance: RELATIVE },
    { problem: { count: 60 * 2048, activation: 'relu' }, tolerance: RELATIVE, bench: true },
    { problem: { count: 196 * 1536, activation: 'gelu' }, tolerance: RELATIVE, bench: true },
    { problem: { count: 196 * 1536, activation: 'gelu_tanh' }, bench: true },
  ],
};
