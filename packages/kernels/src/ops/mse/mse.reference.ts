import type { Arrays } from '../../testing/check-kernel.ts';
import type { MseProblem } from './mse.ts';

/** Mean squared error and its gradient in float64. y, wanted [length], scale [1] → loss [1], dy [length] */
export function mseReference({ length }: MseProblem, { y, wanted, scale }: Arrays): Arrays {
  const dy = new Float64Array(length);
  let loss = 0;
  for (let i = 0; i < length; i++) {
    loss += (scale[0] * (y[i] - wanted[i]) ** 2) / length;
    dy[i] = (scale[0] * 2 * (y[i] - wanted[i])) / length;
  }
  return { loss: [loss], dy };
}
