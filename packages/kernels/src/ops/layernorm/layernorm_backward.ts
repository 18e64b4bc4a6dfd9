import { defineKernel } from '../../runtime/kernel.ts';
import { type Rows, rowVariant } from '../row_reduction/row_reduction.ts';
import source from './layernorm_backward.wgsl';
import normalised from './layernorm_normalised.wgsl';

/** Rows that were normalised. */
export interface LayernormBackwardProblem extends Rows {
  /** Whether `residual` was added to `x` first: then dx is the gradient of both. */
  readonly residual: boolean;
  /** Whether x went past the norm too, as before every block of a pre-norm transformer: `dskip`, its gradient there, is added. */
  readonly skip?: boolean;
}

const size = ({ rows, width }: Rows) => rows * width;

/**
 * The gradient of layernorm's input. dy, x, residual [rows, width], weight [width], statistics [rows, 2] as the forward
 * stored them, dskip [rows, width] → dx [rows, width]
 */
export const layernormBackward = defineKernel<LayernormBackwardProblem>({
  name: 'layernorm_backward',
  bindings: [
    { name: 'dy', access: 'read', length: size },
    { name: 'x', access: 'read', length: size },
    { name: 'residual', access: 'read', length: (problem) => (problem.residual ? size(problem) : 0) },
    { name: 'weight', access: 'read', length: ({ width }) => width },
    { name: 'statistics', access: 'read', length: ({ rows }) => rows * 2 },
    { name: 'dx', access: 'read_write', length: size },
    { name: 'dskip', access: 'read', length: (problem) => (problem.skip ? size(problem) : 0) },
  ],
  params: ({ rows, width }) => [{ u32: rows }, { u32: width % 4 ? width : width / 4 }, { f32: 1 / width }],
  variant(problem, traits) {
    const variant = rowVariant(source + normalised, problem, traits);
    const { residual, skip = false, width } = problem;
    return { ...variant, flags: { ...variant.flags, RESIDUAL: residual, SKIP: skip, VEC4: width % 4 === 0 } };
  },
  // Per element: normalise 2, weigh 1, two sums 3, dx 4.
  flops: (problem) => size(problem) * (10 + (problem.residual ? 1 : 0) + (problem.skip ? 1 : 0)),
});
