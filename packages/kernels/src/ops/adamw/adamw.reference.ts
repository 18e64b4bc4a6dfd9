import type { Arrays } from '../../testing/check-kernel.ts';
import type { AdamwProblem, AdamwStep } from './adamw.ts';

/** One step in float64, as the kernel is told it: grad, norm, schedule, param, m, v → param, m, v */
export function adamwReference(
  { length, beta1, beta2, eps }: AdamwProblem,
  { grad, norm, schedule, param, m, v }: Arrays,
): Arrays {
  const next = { param: Float64Array.from(param), m: Float64Array.from(m), v: Float64Array.from(v) };
  if (norm[2] === 0) return next;
  for (let i = 0; i < length; i++) {
    const g = grad[i] * norm[1];
    next.m[i] = beta1 * m[i] + (1 - beta1) * g;
    next.v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    next.param[i] = param[i] * schedule[0] - (schedule[1] * next.m[i]) / (Math.sqrt(next.v[i]) * schedule[2] + eps);
  }
  return next;
}

/**
 * Several steps in float64, as PyTorch's documentation of AdamW states them, each gradient clipped by its norm first.
 * @param gradients one for each step
 * @returns the parameters after the last step, and the norms
 */
export function trainReference(
  start: ArrayLike<number>,
  gradients: readonly ArrayLike<number>[],
  { learningRate, weightDecay, beta1, beta2, eps, maxNorm }: Omit<AdamwStep, 'step'> & { eps: number; maxNorm: number },
): { param: Float64Array; norms: number[] } {
  const param = Float64Array.from(start);
  const m = new Float64Array(param.length);
  const v = new Float64Array(param.length);
  const norms: number[] = [];
  for (const [t, gradient] of gradients.entries()) {
    const norm = Math.sqrt(Array.from(gradient).reduce((sum, value) => sum + value ** 2, 0));
    norms.push(norm);
    const clip = Math.min(1, maxNorm / (norm + 1e-6));
    for (let i = 0; i < param.length; i++) {
      const g = gradient[i] * clip;
      param[i] -= learningRate * weightDecay * param[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g ** 2;
      const mHat = m[i] / (1 - beta1 ** (t + 1));
      const vHat = v[i] / (1 - beta2 ** (t + 1));
      param[i] -= (learningRate * mHat) / (Math.sqrt(vHat) + eps);
    }
  }
  return { param, norms };
}
