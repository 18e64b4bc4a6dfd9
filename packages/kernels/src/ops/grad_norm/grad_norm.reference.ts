import type { Arrays } from '../../testing/check-kernel.ts';
import type { GradNormProblem } from './grad_norm.ts';

/** Sums of the squares of every `part` gradients in float64. grad [length] → parts */
export function gradNormPartsReference(length: number, part: number, { grad }: Arrays): Arrays {
  const parts = new Float64Array(Math.ceil(length / part));
  for (let i = 0; i < length; i++) parts[Math.floor(i / part)] += grad[i] ** 2;
  return { parts };
}

/** Norm, clip factor and whether the norm is finite, in float64. parts → norm [3] */
export function gradNormReference({ maxNorm }: Pick<GradNormProblem, 'maxNorm'>, { parts }: Arrays): Arrays {
  const squares = Array.from(parts).reduce((sum, value) => sum + value, 0);
  // Squares overflow in float32.
  if (!Number.isFinite(Math.fround(squares))) return { norm: [Math.fround(squares), 0, 0] };
  return { norm: [Math.sqrt(squares), Math.min(1, maxNorm / (Math.sqrt(squares) + 1e-6)), 1] };
}
