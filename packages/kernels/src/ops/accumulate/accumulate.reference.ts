import type { Arrays } from '../../testing/check-kernel.ts';
import type { AccumulateProblem } from './accumulate.ts';

/** sum = x where carry is 0, else sum + x, in float64. */
export function accumulateReference({ length }: AccumulateProblem, { x, carry, sum }: Arrays): Arrays {
  return { sum: Float64Array.from({ length }, (_, i) => (carry[0] === 0 ? x[i] : sum[i] + x[i])) };
}
