import { defineKernel } from '../../runtime/kernel.ts';
import { type Rows, rowVariant } from '../row_reduction/row_reduction.ts';
import source from './layernorm.wgsl';

/** Rows to normalise, each by itself. */
export interface LayernormProblem extends Rows {
  /** Added to the variance; PyTorch's default is 1e-5. */
  readonly eps: number;
  /** Whether `residual` is added to `x` first. */
  readonly residual: boolean;
  /** Whether `statistics` are stored, for the backward. */
  readonly statistics?: boolean;
}

const size = ({ rows, width }: LayernormProblem) => rows * width;

/**
 * y = (v − mean) / √(variance + eps) · weight + bias over the last axis, v = x [+ residual]; the variance is the biased
 * one, as in torch.nn.LayerNorm. [rows, width] → [rows, width]; statistics [rows, 2]: a row's mean less its first element (which
 * keeps the digits of small deviations from a large mean) and 1 / √(variance + eps).
 */
export const layernorm = defineKernel<LayernormProblem>({
  name: 'layernorm',
  bindings: [
    { name: 'x', access: 'read', length: size },
    { name: 'weight', access: 'read', length: ({ width }) => width },
    { name: 'bias', access: 'read', length: ({ width }) => width },
    { name: 'residual', access: 'read', length: (problem) => (problem.residual ? size(problem) : 0) },
    { name: 'y', access: 'read_write', length: size },
    { name: 'statistics', access: 'read_write', length: ({ rows, statistics }) => (statistics ? rows * 2 : 0) },
  ],
  params: ({ rows, width, eps }) => [{ u32: rows }, { u32: width }, { f32: eps }],
  variant(problem, traits) {
    const variant = rowVariant(source, problem, traits);
    const { residual, statistics = false } = problem;
    return { ...variant, flags: { ...variant.flags, RESIDUAL: residual, STATISTICS: statistics } };
  },
  // Per element: mean 1, deviation 1, square and sum 2, scale 1, weight and bias 2.
  flops: (problem) => size(problem) * (problem.residual ? 8 : 7),
});
