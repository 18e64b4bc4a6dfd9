import type { Arrays } from '../../testing/check-kernel.ts';
import type { Conv1dProblem } from './conv1d.ts';
import type { Conv1dBackwardProblem } from './conv1d_backward.ts';

/** Conv1d over time with zero padding, and the maximum over time where it is asked for, in float64. */
export function conv1dReference(problem: Conv1dProblem, { x, weight, bias, frames }: Arrays): Arrays {
  const { batch, points, inputs, outputs, taps, maxOverTime, yStride = outputs } = problem;
  const all = new Float64Array(batch * problem.frames * points * outputs);
  // Columns between `outputs` and `yStride` belong to somebody else: NaN, as they were.
  const most = new Float64Array((batch * points - 1) * yStride + outputs).fill(NaN);
  const argmax = new Uint32Array(batch * points * outputs);
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
          if (t >= frames[b] || sum <= best) continue;
          best = sum;
          argmax[(b * points + n) * outputs + o] = t;
        }
        most[(b * points + n) * yStride + o] = best;
      }
    }
  }
  if (!maxOverTime) return { y: all };
  return problem.storeArgmax ? { y: most, argmax } : { y: most };
}

/** Each point's outputs in the order of their maxima's frames, as conv1dBackwardOrder lays them out. */
export function conv1dBackwardOrderReference(
  { batch, points, frames, outputs, dyStride = outputs }: Conv1dBackwardProblem,
  { dy, argmax }: Arrays,
): Record<'order', Uint32Array> {
  const length = frames + 1 + 2 * outputs;
  const order = new Uint32Array(batch * points * length);
  const floats = new Float32Array(order.buffer);
  for (let row = 0; row < batch * points; row++) {
    const frameOf = (output: number) => argmax[row * outputs + output];
    const sorted = Array.from({ length: outputs }, (_, output) => output).sort((a, b) => frameOf(a) - frameOf(b));
    for (let frame = 0; frame <= frames; frame++) {
      order[row * length + frame] = sorted.filter((output) => frameOf(output) < frame).length;
    }
    for (const [i, output] of sorted.entries()) {
      const at = row * length + frames + 1 + 2 * i;
      order[at] = output - frameOf(output) * outputs;
      floats[at + 1] = dy[row * dyStride + output];
    }
  }
  return { order };
}

/** The gradients of the maxima over time, in float64: each flows to the taps round the frame of its maximum. */
export function conv1dBackwardReference(
  problem: Conv1dBackwardProblem,
  { x, weight, dy, argmax, frames }: Arrays,
): Record<'dx' | 'dweight' | 'dbias', Float64Array> {
  const { batch, points, inputs, outputs, taps, dyStride = outputs } = problem;
  const dx = new Float64Array(batch * problem.frames * points * inputs);
  const dweight = new Float64Array(taps * outputs * inputs);
  const dbias = new Float64Array(outputs);
  for (let point = 0; point < batch * points; point++) {
    const b = Math.floor(point / points);
    for (let o = 0; o < outputs; o++) {
      const slope = dy[point * dyStride + o];
      dbias[o] += slope;
      for (let tap = 0; tap < taps; tap++) {
        const source = argmax[point * outputs + o] + tap - (taps - 1) / 2;
        if (source < 0 || source >= frames[b]) continue;
        const row = ((b * problem.frames + source) * points + (point % points)) * inputs;
        for (let c = 0; c < inputs; c++) {
          const at = (tap * outputs + o) * inputs + c;
          dx[row + c] += slope * weight[at];
          dweight[at] += slope * x[row + c];
        }
      }
    }
  }
  return { dx, dweight, dbias };
}
