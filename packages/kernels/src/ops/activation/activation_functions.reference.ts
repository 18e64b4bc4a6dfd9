import type { Activation } from './activation_functions.ts';

/** One activation in float64, by its definition; NaN stays NaN. */
export function activateReference(activation: Activation, v: number): number {
  if (activation === 'relu') return Math.max(v, 0);
  if (activation === 'gelu') return v * normalDistribution(v);
  if (activation === 'gelu_tanh') return 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
  return v;
}

/** The gradient before one activation from the one behind it, in float64; v is what went into it. */
export function activateBackwardReference(activation: Activation, dy: number, v: number): number {
  if (activation === 'relu') return v <= 0 ? 0 : dy;
  if (activation === 'gelu')
    return dy * (normalDistribution(v) + (v * Math.exp(-0.5 * v * v)) / Math.sqrt(2 * Math.PI));
  if (activation === 'gelu_tanh') {
    const tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3));
    return dy * 0.5 * (1 + tanh + v * (1 - tanh ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v ** 2));
  }
  return dy;
}

/** Φ(v), the standard normal distribution function, with full relative accuracy in the lower tail. */
function normalDistribution(v: number): number {
  if (v > 0) return 1 - normalDistribution(-v);
  const density = Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI);
  if (v > -2) {
    // Φ(v) = ½ + φ(v)·(v + v³/3 + v⁵/(3·5) + …): Abramowitz and Stegun 26.2.11.
    let sum = 0;
    for (let n = 1, term = v; n < 60; n += 2, term *= (v * v) / n) sum += term;
    return 0.5 + density * sum;
  }
  // Φ(v) = φ(v) / (|v| + 1/(|v| + 2/(|v| + 3/…))): Abramowitz and Stegun 26.2.14.
  let fraction = -v;
  for (let n = 60; n > 0; n--) fraction = -v + n / fraction;
  return density / fraction;
}
