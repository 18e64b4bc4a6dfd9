import type { Arrays, Draws, KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { conv1dBackwardOrderReference, conv1dBackwardReference } from './conv1d.reference.ts';
import {
  type Conv1dBackwardProblem,
  conv1dBackwardOrder,
  conv1dBackwardWeight,
  conv1dBackwardX,
} from './conv1d_backward.ts';

type Problem = Conv1dBackwardProblem;
type Case = KernelCase<Problem>;

/** Maxima may lie beyond a clip's end here: what comes after it gets nothing all the same. */
const draw: Draws<Problem> = {
  frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)),
  argmax: (random, { batch, points, outputs, frames }) =>
    Array.from({ length: batch * points * outputs }, () => random.integer(0, frames - 1)),
};
const fullLength: Draws<Problem> = { frames: (_, { batch, frames }) => new Array(batch).fill(frames) };

/** Sums of normal deviates grow as the root of their number. */
const xTolerance = ({ outputs, taps }: Problem) => ({ rtol: 1e-5, atol: 4e-6 * Math.sqrt(outputs * taps) });
const weightTolerance = ({ batch, points }: Problem) => ({ rtol: 1e-5, atol: 4e-6 * Math.sqrt(batch * points) });

const PROBLEMS: readonly Problem[] = [
  { batch: 1, frames: 1, points: 1, inputs: 1, outputs: 1, taps: 1 },
  { batch: 2, frames: 7, points: 3, inputs: 5, outputs: 9, taps: 3 },
  { batch: 3, frames: 2, points: 1, inputs: 3, outputs: 33, taps: 7 },
  { batch: 2, frames: 33, points: 3, inputs: 20, outputs: 12, taps: 5, dyStride: 19 },
  { batch: 2, frames: 6, points: 5, inputs: 72, outputs: 19, taps: 3 },
];

/** movt-base at the size of few clips: the float64 reference of a whole batch would take seconds. */
const BASE: Problem = { batch: 4, frames: 32, points: 60, inputs: 256, outputs: 128, taps: 3 };

const cases = (tolerance: (problem: Problem) => Case['tolerance'] & object, bench: Problem): Case[] => [
  ...PROBLEMS.map((problem) => ({ problem, tolerance: tolerance(problem) })),
  { problem: bench, tolerance: tolerance(bench), bench: true, draw: fullLength, chosenVariantOnly: true },
];

/** Whole numbers, and bits as they are. */
const exact = () => ({ rtol: 0, atol: 0 });

export const conv1dBackwardOrderCheck: KernelCheck<Problem> = {
  kernel: conv1dBackwardOrder,
  reference: conv1dBackwardOrderReference,
  tolerance: exact,
  draw,
  cases: cases(exact, BASE),
};

/** The order of drawn maxima, and the maxima and dy that such an order tells of. */
const drawOrder: Draws<Problem>['order'] = (random, problem) => {
  const { batch, points, outputs, frames, dyStride = outputs } = problem;
  const argmax = Array.from({ length: batch * points * outputs }, () => random.integer(0, frames - 1));
  return conv1dBackwardOrderReference(problem, { dy: random.normal(batch * points * dyStride), argmax }).order;
};

function maximaOf({ batch, points, outputs, frames }: Problem, { order }: Arrays): Record<'dy' | 'argmax', number[]> {
  const argmax: number[] = [];
  const dy: number[] = [];
  const words = Uint32Array.from(order);
  const floats = new Float32Array(words.buffer);
  const length = frames + 1 + 2 * outputs;
  for (let row = 0; row < batch * points; row++) {
    for (let frame = 0; frame < frames; frame++) {
      for (let i = words[row * length + frame]; i < words[row * length + frame + 1]; i++) {
        const at = row * length + frames + 1 + 2 * i;
        const output = (words[at] + frame * outputs) % 2 ** 32;
        argmax[row * outputs + output] = frame;
        dy[row * outputs + output] = floats[at + 1];
      }
    }
  }
  return { dy, argmax };
}

export const conv1dBackwardXCheck: KernelCheck<Problem> = {
  kernel: conv1dBackwardX,
  reference: ({ dyStride: _, ...problem }, { weight, order, frames, x }) => {
    const { dx } = conv1dBackwardReference(problem, {
      x: new Float64Array(problem.batch * problem.frames * problem.points * problem.inputs),
      weight,
      frames,
      ...maximaOf(problem, { order }),
    });
    return { dx: problem.relu ? dx.map((value, i) => (x[i] <= 0 ? 0 : value)) : dx };
  },
  tolerance: xTolerance,
  draw: { frames: draw.frames, order: drawOrder },
  cases: [
    ...cases(xTolerance, BASE),
    ...PROBLEMS.slice(1).map((problem) => ({
      problem: { ...problem, relu: true },
      tolerance: xTolerance(problem),
    })),
  ],
};

export const conv1dBackwardWeightCheck: KernelCheck<Problem> = {
  kernel: conv1dBackwardWeight,
  reference: weightReference,
  tolerance: weightTolerance,
  draw,
  cases: [
    ...cases(weightTolerance, { ...BASE, slices: 2 }),
    ...PROBLEMS.slice(1).map((problem) => ({
      problem: { ...problem, slices: 2 },
      tolerance: weightTolerance(problem),
    })),
  ],
};

/** Each slice is the whole with dy of all other points zero. */
function weightReference(problem: Problem, { x, dy, argmax, frames }: Parameters<typeof conv1dBackwardReference>[1]) {
  const { batch, points, inputs, outputs, taps, dyStride = outputs, slices = 1 } = problem;
  const rows = Math.ceil((batch * points) / slices);
  const weight = new Float64Array(taps * outputs * inputs);
  const dweight = new Float64Array(slices * weight.length);
  for (let slice = 0; slice < slices; slice++) {
    const own = Float64Array.from(dy, (value, i) => (Math.floor(i / dyStride / rows) === slice ? value : 0));
    const part = conv1dBackwardReference(problem, { x, weight, dy: own, argmax, frames });
    dweight.set(part.dweight, slice * weight.length);
  }
  return { dweight };
}
