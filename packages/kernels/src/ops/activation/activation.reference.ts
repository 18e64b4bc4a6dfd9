import type { Arrays } from '../../testing/check-kernel.ts';
import type { ActivationProblem } from './activation.ts';
import { activateBackwardReference, activateReference } from './activation_functions.reference.ts';

/** One activation of every element, in float64. x [count] → y [count] */
export function activationReference({ count, activation }: ActivationProblem, { x }: Arrays): Arrays {
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) y[i] = activateReference(activation, x[i]);
  return { y };
}

/** Its backward. dy, x [count] → dx [count] */
export function activationBackwardReference({ count, activation }: ActivationProblem, { dy, x }: Arrays): Arrays {
  const dx = new Float64Array(count);
  for (let i = 0; i < count; i++) dx[i] = activateBackwardReference(activation, dy[i], x[i]);
  return { dx };
}
