import { defineKernel } from '../../runtime/kernel.ts';
import { type Rows, rowVariant } from '../row_reduction/row_reduction.ts';
import source from './softmax.wgsl';

const size = ({ rows, width }: Rows) => rows * width;

/**
 * y = exp(x − max x) / Σ exp(x − max x) over the last axis. As in PyTorch, a row of −∞ only, or with a NaN or +∞ in it,
 * gives NaN. [rows, width] → [rows, width]
 */
export const softmax = defineKernel<Rows>({
  name: 'softmax',
  bindings: [
    { name: 'x', access: 'read', length: size },
    { name: 'y', access: 'read_write', length: size },
  ],
  params: ({ rows, width }) => [{ u32: rows }, { u32: width }],
  variant: (problem, traits) => rowVariant(source, problem, traits),
  // Per element: maximum, subtraction, exponential, sum, division.
  flops: (problem) => size(problem) * 5,
});
