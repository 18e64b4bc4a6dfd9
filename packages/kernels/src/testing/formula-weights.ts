import { fnv1a } from '../runtime/random.ts';

/** A number of [−1, 1) with 24 bits from a tensor's name (hashed) and an element's index. */
function hashed(nameHash: number, index: number): number {
  let x = (Math.imul(index, 0x9e3779b9) + nameHash) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  x = (x ^ (x >>> 16)) >>> 0;
  return 2 * (x >>> 8) * 2 ** -24 - 1;
}

/**
 * Weights that are a formula of the tensor's name, so that golden files need not store them: another implementation
 * that computes the same formula holds bit-identical weights.
 * Two or more axes: v·gain·√(3 / fan_in), fan_in = product of all axes but the first.
 * One axis: 1 + 0.1·v when the name ends in `weight` (a norm's scale), else 0.1·v.
 */
export function formulaWeights(name: string, shape: readonly number[], gain = 1): Float32Array {
  const count = shape.reduce((product, axis) => product * axis, 1);
  const nameHash = fnv1a(name);
  const weights = new Float32Array(count);
  if (shape.length === 1) {
    const centre = name.endsWith('weight') ? 1 : 0;
    for (let i = 0; i < count; i++) weights[i] = centre + 0.1 * hashed(nameHash, i);
    return weights;
  }
  const spread = Math.sqrt(3 / (count / shape[0]));
  for (let i = 0; i < count; i++) weights[i] = hashed(nameHash, i) * gain * spread;
  return weights;
}
