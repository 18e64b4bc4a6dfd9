import type { Arrays } from '../../testing/check-kernel.ts';
import type { VelocityProblem } from './velocity.ts';

/** Section 2 of the model's definition, in float64. tracks [B,T,N,3] → velocity [B,T,N,3] */
export function velocityReference({ batch, frames, points }: VelocityProblem, { tracks }: Arrays): Arrays {
  const velocity = new Float64Array(batch * frames * points * 3);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < frames; t++) {
      for (let n = 0; n < points; n++) {
        const at = ((b * frames + t) * points + n) * 3;
        const before = ((b * frames + Math.max(t - 1, 0)) * points + n) * 3;
        velocity[at] = tracks[at] - tracks[before];
        velocity[at + 1] = tracks[at + 1] - tracks[before + 1];
        velocity[at + 2] = tracks[at + 2];
      }
    }
  }
  return { velocity };
}
