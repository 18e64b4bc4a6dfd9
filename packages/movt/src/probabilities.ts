/** Softmax of one clip's logits, computed in float64 after the largest is taken off: no logit can overflow it. */
export function probabilities(outputs: Float32Array): Float32Array {
  const highest = outputs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = Array.from(outputs, (logit) => Math.exp(logit - highest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}
