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

export const layernormCheck: KernelCheck<LayernormProblem> = {
  kernel: layernorm,
  reference: layernormReference,
  draw: {
    x: (random, { rows, width }) =>
      random
        .normal(rows * width)
        .map((value, i) => ROW_KINDS[Math.floor(i / width) % ROW_KINDS.length](value, i % width)),
  },
  cases: [
    { problem: { rows: 1, width: 1, eps: 1e-5, residual: false } },
    { problem: { rows: 6, width: 2, eps: 1e-5, residual: false } },
    { problem: { rows: 13, width: 31, eps: 1e-6, residual: false, statistics: true } },
    { problem: { rows: 7, width: 63, eps: 1e-5, residual: true, statistics: true } },
    { problem: { rows: 65, width: 65, eps: 1e-5, residual: false } },
    { problem: { rows: 9, width: 257, eps: 1e-12, residual: false } },
    { problem: { rows: 5, width: 1025, eps: 1e-5, residual: false, statistics: true } },
    // An outlier lies up to √width deviations from the mean, and f32 keeps the others to 6e-8 of that distance.
    { problem: { rows: 10, width: 4096, eps: 1e-5, residual: true }, tolerance: { rtol: 1e-5, atol: 5e-5 } },
    // More than 65,535 workgroups where a row has one to itself.
    { problem: { rows: 65543, width: 3, eps: 1e-5, residual: false }, chosenVariantOnly: true },
    { problem: { rows: 60, width: 256, eps: 1e-5, residual: true }, bench: true },
    { problem: { rows: 1920, width: 256, eps: 1e-5, residual: true }, bench: true },
    { problem: { rows: 1568, width: 384, eps: 1e-6, residual: false }, bench: true },
  ],
};
