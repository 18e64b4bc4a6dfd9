/**
 * Natural logarithms of one clip's class probabilities: softmax of its logits, in float64. In logarithms no class is
 * ever impossible, so that the likelihood of any label stays finite.
 */
export function logProbabilities(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const logSum = logSumExp(values);
  return values.map((logit) => logit - logSum);
}

/** Logarithms of the mean of several clips' probabilities, each given as logarithms of one length. */
export function logMeanProbabilities(clips: readonly Float64Array[]): Float64Array {
  return clips[0].map((_, i) => logSumExp(Float64Array.from(clips, (clip) => clip[i])) - Math.log(clips.length));
}

/** log Σ exp(x), after the largest is taken off: nothing overflows. */
function logSumExp(values: Float64Array): number {
  const highest = values.reduce((a, b) => Math.max(a, b));
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}

/** Where the largest is; the first of equals. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
