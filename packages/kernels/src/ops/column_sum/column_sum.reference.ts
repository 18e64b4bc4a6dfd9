import type { Arrays } from '../../testing/check-kernel.ts';
import type { ColumnSumProblem } from './column_sum.ts';

/** Sums of the columns of each slice of the rows in float64. x [rows, width] → y [slices, width] */
export function columnSumReference(
  { rows, width, stride = width, slices = 1 }: ColumnSumProblem,
  { x }: Arrays,
): Arrays {
  const y = new Float64Array(slices * width);
  for (let row = 0; row < rows; row++) {
    const slice = Math.floor(row / Math.ceil(rows / slices));
    for (let i = 0; i < width; i++) y[slice * width + i] += x[row * stride + i];
  }
  return { y };
}
