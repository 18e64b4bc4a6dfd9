import type { Arrays } from '../../testing/check-kernel.ts';
import type { LayernormProblem } from './layernorm.ts';
import type { LayernormBackwardProblem } from './layernorm_backward.ts';

/** Layer normalisation in float64. x, residual [rows, width], weight, bias [width] → y [rows, width], statistics [rows, 2] */
export function layernormReference(problem: LayernormProblem, { x, weight, bias, residual }: Arrays): Arrays {
  const { rows, width, eps } = problem;
  const y = new Float64Array(rows * width);
  const statistics = new Float64Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const v = new Float64Array(width);
    for (let i = 0; i < width; i++) v[i] = x[row * width + i] + (problem.residual ? residual[row * width + i] : 0);
    const mean = v.reduce((sum, value) => sum + value, 0) / width;
    const variance = v.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const rstd = 1 / Math.sqrt(variance + eps);
    for (let i = 0; i < width; i++) y[row * width + i] = (v[i] - mean) * rstd * weight[i] + bias[i];
    statistics.set([mean - v[0], rstd], row * 2);
  }
  return problem.statistics ? { y, statistics } : { y };
}

/** Its backward in float64, of dx (which is the gradient of the residual as well) and of weight and bias. */
export function layernormBackwardReference(
  problem: LayernormBackwardProblem,
  { dy, x, residual, weight, statistics, dskip }: Arrays,
): Record<'dx' | 'dweight' | 'dbias', Float64Array> {
  const { rows, width } = problem;
  const dx = new Float64Array(rows * width);
  const dweight = new Float64Array(width);
  const dbias = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    const v = (i: number) => x[start + i] + (problem.residual ? residual[start + i] : 0);
    const [mean, rstd] = [v(0) + statistics[row * 2], statistics[row * 2 + 1]];
    const normal = Float64Array.from({ length: width }, (_, i) => (v(i) - mean) * rstd);
    let sum = 0;
    let product = 0;
    for (let i = 0; i < width; i++) {
      sum += dy[start + i] * weight[i];
      product += dy[start + i] * weight[i] * normal[i];
      dweight[i] += dy[start + i] * normal[i];
      dbias[i] += dy[start + i];
    }
    for (let i = 0; i < width; i++)
      dx[start + i] =
        rstd * (dy[start + i] * weight[i] - (sum + normal[i] * product) / width) +
        (problem.skip ? dskip[start + i] : 0);
  }
  return { dx, dweight, dbias };
}
