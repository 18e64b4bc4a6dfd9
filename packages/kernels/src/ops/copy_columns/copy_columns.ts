import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './copy_columns.wgsl';

/** Where columns lie in a matrix. */
export interface ColumnRange {
  /** Columns of the whole matrix. */
  readonly stride: number;
  /** The first of them. */
  readonly first: number;
}

/** Columns that are copied from one matrix to another of as many rows. */
export interface CopyColumnsProblem {
  readonly rows: number;
  /** How many columns. */
  readonly width: number;
  /** Where they lie in x; it has no others unless told. */
  readonly from?: ColumnRange;
  /** Where they lie in y; it has no others unless told. */
  readonly to?: ColumnRange;
}

const rangesOf = ({ width, from, to }: CopyColumnsProblem) => {
  const all = { stride: width, first: 0 };
  return { from: from ?? all, to: to ?? all };
};

/**
 * y[r, to.first + i] = x[r, from.first + i] for i below width: matrices put side by side, or taken apart again.
 * x [rows, from.stride]; y [rows, to.stride] is updated
 */
export const copyColumns = defineKernel<CopyColumnsProblem>({
  name: 'copy_columns',
  bindings: [
    { name: 'x', access: 'read', length: (problem) => problem.rows * rangesOf(problem).from.stride },
    { name: 'y', access: 'read_write', length: (problem) => problem.rows * rangesOf(problem).to.stride },
  ],
  params(problem) {
    const { rows, width } = problem;
    const { from, to } = rangesOf(problem);
    return [rows * width, width, from.stride, from.first, to.stride, to.first].map((u32) => ({ u32 }));
  },
  variant({ rows, width }, { software }) {
    const threads = software ? 8 : 64;
    return {
      source,
      overrides: { WORKGROUP_SIZE: threads },
      workgroups: linearGrid(Math.ceil((rows * width) / threads)),
    };
  },
  flops: () => 0,
  bytes: ({ rows, width }) => 2 * 4 * rows * width,
});
