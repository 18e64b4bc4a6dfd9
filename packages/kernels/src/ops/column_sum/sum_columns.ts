import { type GradientStep, gradientStep } from '../gradient_steps.ts';
import { type ColumnSumProblem, columnSum } from './column_sum.ts';

/** From so many rows on, a second stage costs less than a thread's long walk over them. */
const SLICE_ROWS = 256;

/** The dispatches that sum all rows of the tensor named `x` into `y`: two of them for many rows. */
export function sumColumns(problem: Omit<ColumnSumProblem, 'slices'>, x: string, y: string): GradientStep[] {
  const slices = Math.ceil(problem.rows / SLICE_ROWS);
  if (slices === 1) return [gradientStep(columnSum, problem, { x, y })];
  return [
    gradientStep(columnSum, { ...problem, slices }, { x, y: 'partials' }),
    gradientStep(columnSum, { rows: slices, width: problem.width }, { x: 'partials', y }),
  ];
}
