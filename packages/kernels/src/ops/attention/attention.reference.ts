import type { Arrays } from '../../testing/check-kernel.ts';
import { type AttentionProblem, attentionLayout } from './attention.ts';

/** softmax(q·kᵀ/√D)·v for each batch element and head, in float64, over the keys that `mask` shows; zeros where it shows none. Likewise lse. */
export function attentionReference(problem: AttentionProblem, { q, k, v, mask }: Arrays): Arrays {
  const { batch, queries, keys, heads, headDim } = problem;
  const { stride, offset } = attentionLayout(problem);
  const y = new Float64Array(batch * queries * heads * headDim);
  const lse = new Float64Array(batch * heads * queries);
  const weights = new Float64Array(keys);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < queries; i++) {
        const qAt = (b * queries + i) * stride.q + offset.q + h * headDim;
        let peak = -Infinity;
        for (let j = 0; j < keys; j++) {
          const kAt = (b * keys + j) * stride.k + offset.k + h * headDim;
          let score = 0;
          for (let d = 0; d < headDim; d++) score += q[qAt + d] * k[kAt + d];
          weights[j] = mask && !mask[b * keys + j] ? -Infinity : score / Math.sqrt(headDim);
          peak = Math.max(peak, weights[j]);
        }
        if (peak === -Infinity) continue;
        let total = 0;
        for (let j = 0; j < keys; j++) {
          weights[j] = Math.exp(weights[j] - peak);
          total += weights[j];
        }
        lse[(b * heads + h) * queries + i] = peak + Math.log(total);
        const yAt = ((b * queries + i) * heads + h) * headDim;
        for (let j = 0; j < keys; j++) {
          const vAt = (b * keys + j) * stride.v + offset.v + h * headDim;
          for (let d = 0; d < headDim; d++) y[yAt + d] += (weights[j] / total) * v[vAt + d];
        }
      }
    }
  }
  return problem.lse ? { y, lse } : { y };
}
