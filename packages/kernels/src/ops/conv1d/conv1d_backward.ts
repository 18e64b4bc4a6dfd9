import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import { sumColumns } from '../column_sum/sum_columns.ts';
import { type GradientStep, gradientStep } from '../gradient_steps.ts';
import type { Conv1dProblem } from './conv1d.ts';
import weightSource from './conv1d_backward_weight.wgsl';
import weightRegisters from './conv1d_backward_weight_registers.wgsl';
import xSource from './conv1d_backward_x.wgsl';

/** A convolution with maxOverTime whose gradients are wanted. */
export interface Conv1dBackwardProblem
  extends Pick<Conv1dProblem, 'batch' | 'frames' | 'points' | 'inputs' | 'outputs' | 'taps'> {
  /** Elements from one point's row of dy to the next; `outputs` unless told. */
  readonly dyStride?: number;
  /** Of dweight: into how many parts the points are cut, each summed by itself; 1 unless told. */
  readonly slices?: number;
}

type Sizes = Conv1dBackwardProblem;
const rowsOf = ({ batch, points }: Sizes) => batch * points;
const weightLength = ({ taps, outputs, inputs }: Sizes) => taps * outputs * inputs;
const xLength = ({ batch, frames, points, inputs }: Sizes) => batch * frames * points * inputs;
const dyLength = (problem: Sizes) => (rowsOf(problem) - 1) * (problem.dyStride ?? problem.outputs) + problem.outputs;
const argmaxLength = (problem: Sizes) => rowsOf(problem) * problem.outputs;
/** Channels that a thread has at once. */
const lanesOf = ({ inputs }: Sizes): 1 | 4 => (inputs % 4 === 0 ? 4 : 1);

const sharedBindings = [
  { name: 'dy', access: 'read', length: dyLength },
  { name: 'argmax', access: 'read', type: 'u32', length: argmaxLength },
  { name: 'frames', access: 'read', type: 'u32', length: ({ batch }: Sizes) => batch },
] as const;

/** A thread an element, or a quad of channels: few in a workgroup where a core runs one, and at least a subgroup on a GPU. */
function threadEach(source: string, problem: Sizes, elements: number, software: boolean) {
  const threads = software ? 8 : 64;
  return {
    source,
    flags: { VEC4: lanesOf(problem) === 4 },
    overrides: { THREADS: threads },
    workgroups: linearGrid(Math.ceil(elements / lanesOf(problem) / threads)),
  };
}

/** weight [taps,O,C], dy [B·N, dyStride], argmax [B·N, O] and frames [B] of conv1d → dx [B,T,N,C]; frames after a clip's end get zeros. */
export const conv1dBackwardX = defineKernel<Conv1dBackwardProblem>({
  name: 'conv1d_backward_x',
  bindings: [
    { name: 'weight', access: 'read', length: weightLength },
    ...sharedBindings,
    { name: 'dx', access: 'read_write', length: xLength },
  ],
  params: (problem) => {
    const { frames, points, outputs, taps, dyStride = outputs } = problem;
    const inputs = problem.inputs / lanesOf(problem);
    return [frames, points, inputs, outputs, taps, rowsOf(problem) * inputs, dyStride].map((u32) => ({ u32 }));
  },
  variant: (problem, { software }) => threadEach(xSource, problem, rowsOf(problem) * problem.inputs, software),
  flops: (problem) => 2 * rowsOf(problem) * weightLength(problem),
});

/** x [B,T,N,C], dy [B·N, dyStride], argmax [B·N, O] and frames [B] of conv1d → dweight [slices,taps,O,C] */
export const conv1dBackwardWeight = defineKernel<Conv1dBackwardProblem>({
  name: 'conv1d_backward_weight',
  bindings: [
    { name: 'x', access: 'read', length: xLength },
    ...sharedBindings,
    { name: 'dweight', access: 'read_write', length: (problem) => (problem.slices ?? 1) * weightLength(problem) },
  ],
  params: (problem) => {
    const { frames, points, outputs, taps, dyStride = outputs, slices = 1 } = problem;
    const rows = rowsOf(problem);
    const words = [frames, points, problem.inputs / lanesOf(problem), outputs, taps, rows, dyStride];
    return [...words, slices, Math.ceil(rows / slices)].map((u32) => ({ u32 }));
  },
  variant: (problem, { software, subgroupSize }) => {
    const { inputs, outputs, taps, slices = 1 } = problem;
    if (!software || lanesOf(problem) === 1 || (subgroupSize !== 4 && subgroupSize !== 8)) {
      return threadEach(weightSource, problem, slices * weightLength(problem), software);
    }
    const tiles = Math.ceil(inputs / 4 / (2 * subgroupSize)) * Math.ceil(outputs / subgroupSize);
    return {
      source: weightRegisters,
      flags: { SUBGROUPS_8: subgroupSize === 8 },
      overrides: { LANES: subgroupSize },
      workgroups: linearGrid(slices * taps * tiles),
    };
  },
  flops: (problem) => 2 * rowsOf(problem) * weightLength(problem),
});

/** The dispatches that give each gradient of a convolution with its maximum, in their order. */
export interface Conv1dBackward {
  readonly dx: readonly GradientStep[];
  readonly dweight: readonly GradientStep[];
  readonly dbias: readonly GradientStep[];
}

/** Points of a slice of dweight, and how many slices at the most: a GPU then has threads enough, and a CPU's cache holds a slice's frames. */
const SLICE_ROWS = 64;
const MOST_SLICES = 32;

/** The gradients of conv1d with maxOverTime and storeArgmax, from x, weight, frames, argmax and dy. */
export function conv1dBackward(problem: Omit<Conv1dBackwardProblem, 'slices'>): Conv1dBackward {
  const shared = { dy: 'dy', argmax: 'argmax', frames: 'frames' };
  const slices = Math.min(MOST_SLICES, Math.ceil(rowsOf(problem) / SLICE_ROWS));
  const product = (dweight: string) =>
    gradientStep(conv1dBackwardWeight, { ...problem, slices }, { ...shared, x: 'x', dweight });
  return {
    dx: [gradientStep(conv1dBackwardX, problem, { ...shared, weight: 'weight', dx: 'dx' })],
    dweight:
      slices === 1
        ? [product('dweight')]
        : [product('partials'), ...sumColumns({ rows: slices, width: weightLength(problem) }, 'partials', 'dweight')],
    dbias: sumColumns(
      { rows: rowsOf(problem), width: problem.outputs, stride: problem.dyStride ?? problem.outputs },
      'dy',
      'dbias',
    ),
  };
}
