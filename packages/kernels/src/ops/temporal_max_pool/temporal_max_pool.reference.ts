import type { Arrays } from '../../testing/check-kernel.ts';
import type { TemporalMaxPoolProblem } from './temporal_max_pool.ts';

/** Maximum over time by its definition. x [B,T,N,C], frames [B] → y [B,N,C] */
export function temporalMaxPoolReference(problem: TemporalMaxPoolProblem, { x, frames }: Arrays): Arrays {
  const { batch, points, channels } = problem;
  const features = points * channels;
  const y = new Float64Array(batch * features).fill(-Infinity);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < frames[b]; t++) {
      for (let i = 0; i < features; i++) {
        const at = b * features + i;
        y[at] = Math.max(y[at], x[(b * problem.frames + t) * features + i]);
      }
    }
  }
  return { y };
}

/** Its backward: dy where the first maximum is, or the first NaN. dy [B,N,C], x [B,T,N,C], frames [B] → dx [B,T,N,C] */
export function temporalMaxPoolBackwardReference(problem: TemporalMaxPoolProblem, { dy, x, frames }: Arrays): Arrays {
  const { batch, points, channels } = problem;
  const features = points * channels;
  const dx = new Float64Array(batch * problem.frames * features);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < features; i++) {
      const place = (t: number) => (b * problem.frames + t) * features + i;
      let holder = 0;
      for (let t = 1; t < frames[b]; t++) {
        const [held, value] = [x[place(holder)], x[place(t)]];
        if (!Number.isNaN(held) && (Number.isNaN(value) || value > held)) holder = t;
      }
      dx[place(holder)] = dy[b * features + i];
    }
  }
  return { dx };
}
