import type { Arrays } from '../../testing/check-kernel.ts';
import type { Rows } from '../row_reduction/row_reduction.ts';

/** Softmax over the last axis in float64. x [rows, width] → y [rows, width] */
export function softmaxReference({ rows, width }: Rows, { x }: Arrays): Arrays {
  const y = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let largest = -Infinity;
    for (let i = 0; i < width; i++) largest = Math.max(largest, x[row * width + i]);
    let sum = 0;
    for (let i = 0; i < width; i++) sum += Math.exp(x[row * width + i] - largest);
    for (let i = 0; i < width; i++) y[row * width + i] = Math.exp(x[row * width + i] - largest) / sum;
  }
  return { y };
}
