import type { Arrays, Draws, KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { conv1dReference } from './conv1d.reference.ts';
import { type Conv1dProblem, conv1d } from './conv1d.ts';

const tolerance = ({ inputs, taps }: Conv1dProblem) => ({ rtol: 1e-5, atol: 4e-6 * Math.sqrt(inputs * taps) });
const check = (problem: Conv1dProblem): KernelCase<Conv1dProblem> => ({ problem, tolerance: tolerance(problem) });

/** Clips as long as the batch has room for. */
const fullLength: Draws<Conv1dProblem> = {
  frames: (_, { batch, frames }) => new Array(batch).fill(frames),
};

const zeroWeight: Draws<Conv1dProblem> = {
  weight: (_, { inputs, outputs, taps }) => new Array(inputs * outputs * taps).fill(0),
};

export const conv1dCheck: KernelCheck<Conv1dProblem> = {
  kernel: conv1d,
  reference: conv1dReference,
  draw: { frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)) },
  doubtful,
  cases: [
    ...[3, 8].flatMap((outputs) => [
      check({ batch: 2, frames: 37, points: 3, inputs: 4, outputs, taps: 3, maxOverTime: true, storeArgmax: true }),
      // Every frame is the bias alone: of equal maxima the first.
      {
        ...check({
          batch: 2,
          frames: 37,
          points: 2,
          inputs: 4,
          outputs,
          taps: 3,
          maxOverTime: true,
          storeArgmax: true,
        }),
        draw: zeroWeight,
      },
    ]),
    ...[true, false].flatMap((maxOverTime) => [
      check({ batch: 2, frames: 7, points: 3, inputs: 5, outputs: 9, taps: 3, maxOverTime, halfWeights: true }),
      check({ batch: 1, frames: 1, points: 1, inputs: 1, outputs: 1, taps: 1, maxOverTime }),
      check({ batch: 2, frames: 7, points: 3, inputs: 5, outputs: 9, taps: 3, maxOverTime }),
      check({ batch: 1, frames: 33, points: 2, inputs: 17, outputs: 65, taps: 5, maxOverTime }),
      check({ batch: 3, frames: 2, points: 1, inputs: 3, outputs: 33, taps: 7, maxOverTime }),
      check({ batch: 2, frames: 5, points: 4, inputs: 6, outputs: 8, taps: 3, maxOverTime, yStride: 19 }),
      // Channels in whole vec4s that do not fill their last stage or tile.
      check({ batch: 2, frames: 33, points: 2, inputs: 20, outputs: 68, taps: 3, maxOverTime, yStride: 76 }),
      check({ batch: 2, frames: 6, points: 3, inputs: 8, outputs: 4, taps: 3, maxOverTime, halfWeights: true }),
      // More than 65,535 workgroups.
      {
        ...check({ batch: 3, frames: 1, points: 21_850, inputs: 1, outputs: 2, taps: 1, maxOverTime }),
        chosenVariantOnly: true,
      },
      {
        ...check({ batch: 1, frames: 32, points: 60, inputs: 256, outputs: 128, taps: 3, maxOverTime }),
        bench: maxOverTime,
        ...(maxOverTime ? { draw: fullLength } : {}),
      },
    ]),
  ],
};

/** Whether another frame comes so close to the maximum that float32 may well prefer it. */
function doubtful(problem: Conv1dProblem, inputs: Arrays, { y, argmax }: Arrays) {
  const { frames, points, outputs, yStride = outputs } = problem;
  if (!argmax) return () => false;
  const all = conv1dReference({ ...problem, maxOverTime: false }, inputs).y;
  return (output: string, i: number) => {
    if (output !== 'argmax') return false;
    const point = Math.floor(i / outputs);
    const b = Math.floor(point / points);
    const most = y[point * yStride + (i % outputs)];
    return Array.from({ length: inputs.frames[b] }, (_, t) => {
      const below = most - all[((b * frames + t) * points + (point % points)) * outputs + (i % outputs)];
      return below > 0 && below < 1e-4;
    }).some(Boolean);
  };
}
