import { philox } from '../../runtime/random.ts';
import type { Arrays } from '../../testing/check-kernel.ts';
import { type AttentionProblem, attentionLayout, roundedDropout } from './attention.ts';
import type { AttentionBackwardProblem } from './attention_backward.ts';

/** What the weights [B,H,Nq,Nk] are multiplied by: 0 or 1 / (1 − p), and 1 where there is no dropout. */
export function attentionMaskReference(problem: AttentionProblem, { draw }: Arrays): Float64Array {
  const { batch, heads, queries, keys, dropout } = problem;
  const factors = new Float64Array(batch * heads * queries * keys).fill(1);
  if (!dropout) return factors;
  const { p, layer } = roundedDropout(dropout);
  for (let bh = 0; bh < batch * heads; bh++) {
    for (let i = 0; i < queries; i++) {
      for (let j = 0; j < keys; j++) {
        const row = bh * Math.ceil(queries / 2) + (i >> 1);
        const word = philox([j >> 2, draw[1], row, 0], [draw[0], layer])[j % 4];
        const half = i % 2 === 0 ? word >>> 16 : word & 0xffff;
        factors[(bh * queries + i) * keys + j] = half < p * 2 ** 16 ? 0 : 1 / (1 - p);
      }
    }
  }
  return factors;
}

/** softmax(q·kᵀ/√D)·v for each batch element and head, in float64, over the keys that `mask` shows; zeros where it shows none. Likewise lse. */
export function attentionReference(problem: AttentionProblem, { q, k, v, mask, draw }: Arrays): Arrays {
  const { batch, queries, keys, heads, headDim } = problem;
  const { stride, offset } = attentionLayout(problem);
  const y = new Float64Array(batch * queries * heads * headDim);
  const lse = new Float64Array(batch * heads * queries);
  const weights = new Float64Array(keys);
  const factors = attentionMaskReference(problem, { draw });
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
          const weight = (weights[j] / total) * factors[((b * heads + h) * queries + i) * keys + j];
          for (let d = 0; d < headDim; d++) y[yAt + d] += weight * v[vAt + d];
        }
      }
    }
  }
  return problem.lse ? { y, lse } : { y };
}

/** Σ over the last axis of y·dy, and lse in powers of 2: [B,H,Nq,2], in float64. */
export function attentionBackwardStatsReference(problem: AttentionBackwardProblem, { y, dy, lse }: Arrays): Arrays {
  const { batch, queries, heads, headDim } = problem;
  const stats = new Float64Array(batch * heads * queries * 2);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < queries; i++) {
        const at = ((b * queries + i) * heads + h) * headDim;
        const to = (b * heads + h) * queries + i;
        stats[2 * to] = lse[to] * Math.LOG2E;
        for (let d = 0; d < headDim; d++) stats[2 * to + 1] += y[at + d] * dy[at + d];
      }
    }
  }
  return { stats };
}

/**
 * Gradients of attention for dy, in float64, from the softmax's normalisation as `stats` tells it. dq, dk and dv are laid out like q, k and v,
 * each in a tensor of its own: where operands are packed, the columns of the two others are zeros, and the gradient of the packed tensor is
 * the sum.
 */
export function attentionBackwardReference(
  problem: AttentionBackwardProblem,
  { q, k, v, mask, dy, stats, draw }: Arrays,
): { dq: Float64Array; dk: Float64Array; dv: Float64Array } {
  const { batch, queries, keys, heads, headDim } = problem;
  const { stride, offset } = attentionLayout(problem);
  const scale = 1 / Math.sqrt(headDim);
  const factors = attentionMaskReference(problem, { draw });
  const dq = new Float64Array(batch * queries * stride.q);
  const dk = new Float64Array(batch * keys * stride.k);
  const dv = new Float64Array(batch * keys * stride.v);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < queries; i++) {
        const qAt = (b * queries + i) * stride.q + offset.q + h * headDim;
        const yAt = ((b * queries + i) * heads + h) * headDim;
        const row = (b * heads + h) * queries + i;
        for (let j = 0; j < keys; j++) {
          if (mask && !mask[b * keys + j]) continue;
          const kAt = (b * keys + j) * stride.k + offset.k + h * headDim;
          const vAt = (b * keys + j) * stride.v + offset.v + h * headDim;
          let score = 0;
          let dp = 0;
          for (let d = 0; d < headDim; d++) {
            score += q[qAt + d] * k[kAt + d];
            dp += dy[yAt + d] * v[vAt + d];
          }
          const p = Math.exp(score * scale - stats[2 * row] * Math.LN2);
          const factor = factors[row * keys + j];
          const ds = p * (factor * dp - stats[2 * row + 1]) * scale;
          for (let d = 0; d < headDim; d++) {
            dq[qAt + d] += ds * k[kAt + d];
            dk[kAt + d] += ds * q[qAt + d];
            dv[vAt + d] += p * factor * dy[yAt + d];
          }
        }
      }
    }
  }
  return { dq, dk, dv };
}
