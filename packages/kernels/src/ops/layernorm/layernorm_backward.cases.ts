import type { Draws, KernelCheck } from '../../testing/check-kernel.ts';
import { layernormBackwardReference } from './layernorm.reference.ts';
import { type LayernormBackwardProblem, layernormBackward } from './layernorm_backward.ts';
import { layernormParametersBackward } from './layernorm_parameters_backward.ts';

/** Every third row far from zero. The statistics are any: the answer is defined for those that do not belong to the row as well. */
const draw: Draws<LayernormBackwardProblem> = {
  x: (random, { rows, width }) =>
    random.normal(rows * width).map((value, i) => (Math.floor(i / width) % 3 === 1 ? value + 1e4 : value)),
  statistics: (random, { rows }) => random.uniform(rows * 2, 0.1, 2),
};

export const layernormBackwardCheck: KernelCheck<LayernormBackwardProblem> = {
  kernel: layernormBackward,
  reference(problem, inputs) {
    const { dx } = layernormBackwardReference(problem, inputs);
    return { dx };
  },
  draw,
  cases: [
    { problem: { rows: 1, width: 1, residual: false } },
    { problem: { rows: 6, width: 2, residual: true } },
    { problem: { rows: 13, width: 31, residual: false } },
    { problem: { rows: 7, width: 64, residual: true } },
    { problem: { rows: 9, width: 68, residual: false, skip: true } },
    { problem: { rows: 3, width: 33, residual: true, skip: true } },
    { problem: { rows: 5, width: 1025, residual: false } },
    { problem: { rows: 5, width: 1028, residual: false } },
    // More than 65,535 workgroups where a row has one to itself.
    { problem: { rows: 65543, width: 3, residual: false }, chosenVariantOnly: true },
    { problem: { rows: 1920, width: 256, residual: true }, bench: true },
  ],
};

/**
 * Sums of up to 1,920 products of either sign. A partial sum wanders to about √1920 = 44, where an addition rounds by up to 2⁻¹⁹; 1,920 of them
 * come to some 44 · 2⁻¹⁹ · ½ = 4e-5, and the worst of 256 columns, five times over many draws, to 3e-4.
 */
const SUMS = { rtol: 1e-5, atol: 5e-4 };

export const layernormParametersBackwardCheck: KernelCheck<LayernormBackwardProblem> = {
  kernel: layernormParametersBackward,
  reference(problem, inputs) {
    const weight = new Float64Array(problem.width);
    const { dweight, dbias } = layernormBackwardReference(problem, { ...inputs, weight });
    return { dweight, dbias };
  },
  draw,
  cases: [
    { problem: { rows: 1, width: 1, residual: false } },
    { problem: { rows: 31, width: 3, residual: true } },
    { problem: { rows: 33, width: 65, residual: false } },
    { problem: { rows: 65, width: 68, residual: true } },
    { problem: { rows: 1920, width: 256, residual: true }, tolerance: SUMS, bench: true },
  ],
};
