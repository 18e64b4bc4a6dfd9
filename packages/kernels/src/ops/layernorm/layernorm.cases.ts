import type { Tolerance } from '../../testing/assert-close.ts';
import type { KernelCheck } from '../../testing/check-kernel.ts';
import { layernormReference } from './layernorm.reference.ts';
import { type LayernormProblem, layernorm } from './layernorm.ts';

/** Beside plain rows: one far from zero, a constant one, one with an outlier at the place of its shift, one with a NaN. */
const ROW_KINDS = [
  (value: number) => value,
  (value: number) => value + 1e4,
  () => 0.7,
  (value: number, i: number) => (i === 0 ? 1e4 : value),
  (value: number, i: number) => (i === 2 ? NaN : value),
];

/**
 * An outlier lies √width deviations from the mean, and f32 keeps the others' distances from it, and the mean of these, to 5e-8 of that each:
 * times a weight of up to 5, and some rounding of sums.
 */
const tolerance = ({ width }: LayernormProblem): Tolerance => ({
  rtol: 1e-5,
  atol: Math.max(1e-5, 8e-7 * Math.sqrt(width)),
});

const check = (problem: LayernormProblem) => ({ problem, tolerance: tolerance(problem) });

export const layernormCheck: KernelCheck<LayernormProblem> = {
  kernel: layernorm,
  reference: layernormReference,
  draw: {
    x: (random, { rows, width }) =>
      random
        .normal(rows * width)
        .map((value, i) => ROW_KINDS[Math.floor(i / width) % ROW_KINDS.length](value, i % width)),
  },
  tolerance,
  cases: [
    check({ rows: 1, width: 1, eps: 1e-5, residual: false }),
    check({ rows: 6, width: 2, eps: 1e-5, residual: false }),
    check({ rows: 13, width: 31, eps: 1e-6, residual: false, statistics: true }),
    check({ rows: 7, width: 63, eps: 1e-5, residual: true, statistics: true }),
    check({ rows: 65, width: 65, eps: 1e-5, residual: false }),
    check({ rows: 9, width: 257, eps: 1e-12, residual: false }),
    check({ rows: 5, width: 1025, eps: 1e-5, residual: false, statistics: true }),
    check({ rows: 10, width: 4096, eps: 1e-5, residual: true }),
    // More than 65,535 workgroups where a row has one to itself.
    { ...check({ rows: 65543, width: 3, eps: 1e-5, residual: false }), chosenVariantOnly: true },
    { ...check({ rows: 60, width: 256, eps: 1e-5, residual: true }), bench: true },
    { ...check({ rows: 1920, width: 256, eps: 1e-5, residual: true }), bench: true },
    { ...check({ rows: 1568, width: 384, eps: 1e-6, residual: false }), bench: true },
  ],
};
