import { defineKernel } from '../../runtime/kernel.ts';
import type { LayernormBackwardProblem } from './layernorm_backward.ts';
import normalised from './layernorm_normalised.wgsl';
import source from './layernorm_parameters_backward.wgsl';

const size = ({ rows, width }: LayernormBackwardProblem) => rows * width;
const columnsOf = ({ width }: LayernormBackwardProblem) => (width % 4 ? width : width / 4);

/**
 * The gradients of layernorm's parameters, rows summed up in a fixed order. dy, x, residual [rows, width], statistics [rows, 2]
 * as the forward stored them → dweight, dbias [width]
 */
export const layernormParametersBackward = defineKernel<LayernormBackwardProblem>({
  name: 'layernorm_parameters_backward',
  bindings: [
    { name: 'dy', access: 'read', length: size },
    { name: 'x', access: 'read', length: size },
    { name: 'residual', access: 'read', length: (problem) => (problem.residual ? size(problem) : 0) },
    { name: 'statistics', access: 'read', length: ({ rows }) => rows * 2 },
    { name: 'dweight', access: 'read_write', length: ({ width }) => width },
    { name: 'dbias', access: 'read_write', length: ({ width }) => width },
  ],
  params: (problem) => [{ u32: problem.rows }, { u32: columnsOf(problem) }],
  variant(problem, { software }) {
    // Few columns and many rows: a GPU is kept busy by cutting the rows up; on a CPU a thread has a column to itself.
    const [columns, slices] = software ? [8, 1] : [4, 32];
    return {
      source: source + normalised,
      flags: { RESIDUAL: problem.residual, VEC4: problem.width % 4 === 0, SLICED: slices > 1 },
      overrides: { COLUMNS: columns, SLICES: slices },
      workgroups: [Math.ceil(columnsOf(problem) / columns), 1, 1],
    };
  },
  // Per element: normalise 2, product and sum 2, sum 1.
  flops: (problem) => size(problem) * (problem.residual ? 6 : 5),
});
