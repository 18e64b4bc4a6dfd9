import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { columnSumReference } from './column_sum.reference.ts';
import { type ColumnSumProblem, columnSum } from './column_sum.ts';

/** Sums of normal deviates grow as the root of their number. */
const tolerance = ({ rows }: ColumnSumProblem) => ({ rtol: 1e-5, atol: 2e-6 * Math.sqrt(rows) });
const check = (problem: ColumnSumProblem): KernelCase<ColumnSumProblem> => ({ problem, tolerance: tolerance(problem) });

export const columnSumCheck: KernelCheck<ColumnSumProblem> = {
  kernel: columnSum,
  reference: columnSumReference,
  tolerance,
  cases: [
    check({ rows: 1, width: 1 }),
    check({ rows: 70, width: 33 }),
    check({ rows: 70, width: 132 }),
    check({ rows: 9, width: 8, stride: 20 }),
    check({ rows: 9, width: 8, stride: 11, slices: 2 }),
    check({ rows: 31, width: 5, slices: 8 }),
    // The last slices are left without rows.
    check({ rows: 5, width: 4, slices: 4 }),
    // More than 65,535 workgroups.
    { ...check({ rows: 65_600, width: 1, slices: 65_600 }), chosenVariantOnly: true },
    // movt-base, 32 clips: the bias of the second layer of the motion MLP, its two stages.
    { ...check({ rows: 61_440, width: 256, slices: 240 }), bench: true, chosenVariantOnly: true },
    { ...check({ rows: 240, width: 256 }), bench: true },
  ],
};
