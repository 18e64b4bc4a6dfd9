import type { Arrays } from '../../testing/check-kernel.ts';
import type { TemporalMeanProblem } from './temporal_mean.ts';

/** Mean over time of x and y in float64. tracks [B,T,N,3], frames [B] → y [B,N,2] */
export function temporalMeanReference(problem: TemporalMeanProblem, { tracks, frames }: Arrays): Arrays {
  const { batch, points } = problem;
  const y = new Float64Array(batch * points * 2);
  for (let b = 0; b < batch; b++) {
    for (let n = 0; n < points; n++) {
      for (let t = 0; t < frames[b]; t++) {
        for (let axis = 0; axis < 2; axis++) {
          y[(b * points + n) * 2 + axis] += tracks[((b * problem.frames + t) * points + n) * 3 + axis] / frames[b];
        }
      }
    }
  }
  return { y };
}
