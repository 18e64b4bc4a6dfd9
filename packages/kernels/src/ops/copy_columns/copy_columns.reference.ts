import type { Arrays } from '../../testing/check-kernel.ts';
import type { CopyColumnsProblem } from './copy_columns.ts';

/** Row by row, column by column. x [rows, from.stride], y [rows, to.stride] as it was → y */
export function copyColumnsReference({ rows, width, from, to }: CopyColumnsProblem, { x, y: before }: Arrays): Arrays {
  const y = Float64Array.from(before);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const source = from ? row * from.stride + from.first + i : row * width + i;
      y[to ? row * to.stride + to.first + i : row * width + i] = x[source];
    }
  }
  return { y };
}
