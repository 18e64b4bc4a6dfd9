import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { copyColumnsReference } from './copy_columns.reference.ts';
import { type CopyColumnsProblem, copyColumns } from './copy_columns.ts';

/** Nothing is computed. */
const check = (problem: CopyColumnsProblem): KernelCase<CopyColumnsProblem> => ({
  problem,
  tolerance: { rtol: 0, atol: 0 },
});

export const copyColumnsCheck: KernelCheck<CopyColumnsProblem> = {
  kernel: copyColumns,
  reference: copyColumnsReference,
  draw: { y: (random, { rows, width, to }) => random.normal(rows * (to?.stride ?? width)) },
  cases: [
    check({ rows: 1, width: 1 }),
    check({ rows: 5, width: 13 }),
    check({ rows: 9, width: 7, to: { stride: 12, first: 5 } }),
    check({ rows: 8, width: 8, from: { stride: 20, first: 3 } }),
    check({ rows: 3, width: 4, from: { stride: 9, first: 5 }, to: { stride: 6, first: 1 } }),
    // More than 65,535 workgroups.
    { ...check({ rows: 65_543, width: 65, to: { stride: 66, first: 1 } }), chosenVariantOnly: true },
    // What the branches of a fusion make of a batch, side by side.
    { ...check({ rows: 32, width: 384, to: { stride: 640, first: 256 } }), bench: true },
  ],
};
