import type { Arrays } from '../../testing/check-kernel.ts';
import type { CrossEntropyProblem } from './cross_entropy.ts';

/** Cross entropy and its gradient in float64. logits [B,C], labels [B], scale [1] → loss [1], dlogits [B,C] */
export function crossEntropyReference(
  { batch, classes, smoothing }: CrossEntropyProblem,
  { logits, labels, scale }: Arrays,
): Arrays {
  const dlogits = new Float64Array(batch * classes);
  let loss = 0;
  for (let b = 0; b < batch; b++) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[b * classes + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[b * classes + c] - largest);
    for (let c = 0; c < classes; c++) {
      const logProbability = logits[b * classes + c] - largest - Math.log(sum);
      const wanted = smoothing / classes + (c === labels[b] ? 1 - smoothing : 0);
      loss -= (wanted * logProbability * scale[0]) / batch;
      dlogits[b * classes + c] = ((Math.exp(logProbability) - wanted) * scale[0]) / batch;
    }
  }
  return { loss: [loss], dlogits };
}
