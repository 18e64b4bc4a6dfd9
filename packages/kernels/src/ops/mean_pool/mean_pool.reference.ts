import type { Arrays } from '../../testing/check-kernel.ts';
import type { MeanPoolProblem } from './mean_pool.ts';

/** Mean over valid points in float64. x [B,N,C], mask [B,N] → y [B,C] */
export function meanPoolReference({ batch, points, channels }: MeanPoolProblem, { x, mask }: Arrays): Arrays {
  const y = new Float64Array(batch * channels);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      let count = 0;
      for (let n = b * points; n < (b + 1) * points; n++) {
        if (mask?.[n] === 0) continue;
        sum += x[n * channels + c];
        count++;
      }
      y[b * channels + c] = sum / count;
    }
  }
  return { y };
}

/** Its backward. dy [B,C], mask [B,N] → dx [B,N,C] */
export function meanPoolBackwardReference({ batch, points, channels }: MeanPoolProblem, { dy, mask }: Arrays): Arrays {
  const dx = new Float64Array(batch * points * channels);
  for (let b = 0; b < batch; b++) {
    const valid = Array.from({ length: points }, (_, n) => b * points + n).filter((n) => mask?.[n] !== 0);
    for (const n of valid) {
      for (let c = 0; c < channels; c++) dx[n * channels + c] = dy[b * channels + c] / valid.length;
    }
  }
  return { dx };
}
