import type { Arrays } from '../../testing/check-kernel.ts';
import type { Conv1dProblem } from './conv1d.ts';

/** Conv1d over time with zero padding, and the maximum over time where it is asked for, in float64. */
export function conv1dReference(problem: Conv1dProblem, { x, weight, bias, frames }: Arrays): Arrays {
  const { batch, points, inputs, outputs, taps, maxOverTime, yStride = outputs } = problem;
  const all = new Float64Array(batch * problem.frames * points * outputs);
  // Columns between `outputs` and `yStride` belong to somebody else: NaN, as they were.
  const most = new Float64Array((batch * points - 1) * yStride + outputs).fill(NaN);
  for (let b = 0; b < batch; b++) {
    for (let n = 0; n < points; n++) {
      for (let o = 0; o < outputs; o++) {
        let best = -Infinity;
        for (let t = 0; t < problem.frames; t++) {
          let sum = bias[o];
          for (let tap = 0; tap < taps; tap++) {
            const source = t + tap - (taps - 1) / 2;
            if (source < 0 || source >= frames[b]) continue;
            const row = ((b * problem.frames + source) * points + n) * inputs;
            for (let c = 0; c < inputs; c++) sum += x[row + c] * weight[(tap * outputs + o) * inputs + c];
          }
          all[((b * problem.frames + t) * points + n) * outputs + o] = sum;
          if (t < frames[b]) best = Math.max(best, sum);
        }
        most[(b * points + n) * yStride + o] = best;
      }
    }
  }
  return { y: maxOverTime ? most : all };
}
