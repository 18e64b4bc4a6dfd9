import type { Arrays } from '../../testing/check-kernel.ts';
import type { LayernormProblem } from './layernorm.ts';

/** Layer normalisation in float64. x, residual [rows, width], weight, bias [width] → y [rows, width] */
export function layernormReference(problem: LayernormProblem, { x, weight, bias, residual }: Arrays): Arrays {
  const { rows, width, eps } = problem;
  const y = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const v = new Float64Array(width);
    for (let i = 0; i < width; i++) v[i] = x[row * width + i] + (problem.residual ? residual[row * width + i] : 0);
    const mean = v.reduce((sum, value) => sum + value, 0) / width;
    const variance = v.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    for (let i = 0; i < width; i++)
      y[row * width + i] = ((v[i] - mean) / Math.sqrt(variance + eps)) * weight[i] + bias[i];
  }
  return { y };
}
