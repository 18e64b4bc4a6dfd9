import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './column_sum.wgsl';

/** A matrix whose columns are summed. */
export interface ColumnSumProblem {
  readonly rows: number;
  readonly width: number;
  /** Elements from one row of x to the next; `width` unless told. */
  readonly stride?: number;
  /** Into how many parts the rows are cut, each summed by itself; 1 unless told. Of very many rows, the sums are summed once more. */
  readonly slices?: number;
}

/**
 * y[s,i] = Σ x[r,i] over the s-th ⌈rows/slices⌉ of the rows; always in the same order. x [rows, width] → y [slices, width]
 */
export const columnSum = defineKernel<ColumnSumProblem>({
  name: 'column_sum',
  bindings: [
    { name: 'x', access: 'read', length: ({ rows, width, stride = width }) => (rows - 1) * stride + width },
    { name: 'y', access: 'read_write', length: ({ width, slices = 1 }) => slices * width },
  ],
  params: (problem) => {
    const { rows, width, stride = width, slices = 1 } = problem;
    const quad = lanesOf(problem);
    return [rows, width / quad, stride / quad, slices, Math.ceil(rows / slices)].map((u32) => ({ u32 }));
  },
  variant: (problem, { software }) => {
    const { width, slices = 1 } = problem;
    // Workgroup memory is what a software adapter is slowest at; there a thread has its columns to itself.
    const [columns, shares] = software ? [8, 1] : [32, 8];
    return {
      source,
      flags: { VEC4: lanesOf(problem) === 4, SHARED: shares > 1 },
      overrides: { COLUMNS: columns, SHARES: shares },
      workgroups: linearGrid(slices * Math.ceil(width / lanesOf(problem) / columns)),
    };
  },
  flops: ({ rows, width }) => rows * width,
  bytes: ({ rows, width, slices = 1 }) => (rows + slices) * width * 4,
});

/** Columns that a thread reads at once: whole vec4s where every row is made of them. */
function lanesOf({ width, stride = width }: ColumnSumProblem): 1 | 4 {
  return width % 4 === 0 && stride % 4 === 0 ? 4 : 1;
}
