import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import { sumColumns } from '../column_sum/sum_columns.ts';
import { type GradientStep, gradientStep } from '../gradient_steps.ts';
import type { Conv1dProblem } from './conv1d.ts';
import orderSource from './conv1d_backward_order.wgsl';
import weightSource from './conv1d_backward_weight.wgsl';
import weightRegisters from './conv1d_backward_weight_registers.wgsl';
import xSource from './conv1d_backward_x.wgsl';

/** A convolution with maxOverTime whose gradients are wanted. */
export interface Conv1dBackwardProblem
  extends Pick<Conv1dProblem, 'batch' | 'frames' | 'points' | 'inputs' | 'outputs' | 'taps'> {
  /** Elements from one point's row of dy to the next; `outputs` unless told. */
  readonly dyStride?: number;
  /** x came out of a relu, and dx is the gradient before it: zeros where x is not above 0. */
  readonly relu?: boolean;
  /** Of dweight: into how many parts the points are cut, each summed by itself; 1 unless told. */
  readonly slices?: number;
}

type Sizes = Conv1dBackwardProblem;
const rowsOf = ({ batch, points }: Sizes) => batch * points;
const weightLength = ({ taps, outputs, inputs }: Sizes) => taps * outputs * inputs;
const xLength = ({ batch, frames, points, inputs }: Sizes) => batch * frames * points * inputs;
const dyLength = (problem: Sizes) => (rowsOf(problem) - 1) * (problem.dyStride ?? problem.outputs) + problem.outputs;
const orderLength = (problem: Sizes) => rowsOf(problem) * (problem.frames + 1 + 2 * problem.outputs);
const argmaxLength = (problem: Sizes) => rowsOf(problem) * problem.outputs;
/** Each weight meets each point once, at the frame of its maximum. */
const productMacs = (problem: Sizes) => rowsOf(problem) * weightLength(problem);
/** Channels that a thread has at once. */
const lanesOf = ({ inputs }: Sizes): 1 | 4 => (inputs % 4 === 0 ? 4 : 1);

const dyBinding = { name: 'dy', access: 'read', length: dyLength } as const;
const argmaxBinding = { name: 'argmax', access: 'read', type: 'u32', length: argmaxLength } as const;
const framesBinding = { name: 'frames', access: 'read', type: 'u32', length: ({ batch }: Sizes) => batch } as const;

/** Few threads in a workgroup where a core runs one, and at least a subgroup on a GPU. */
const threadsOf = (software: boolean) => (software ? 8 : 64);

/**
 * What conv1dBackwardX reads of the maxima: each point's outputs in the order of their frames.
 * dy [B·N, dyStride], argmax [B·N, O] of conv1d → order [B·N, T+1+2·O] u32: at which of them each frame's begin and the last's end; for each
 * output o of frame t, o − t·O modulo 2³² and the bits of its dy
 */
export const conv1dBackwardOrder = defineKernel<Conv1dBackwardProblem>({
  name: 'conv1d_backward_order',
  bindings: [dyBinding, argmaxBinding, { name: 'order', access: 'read_write', type: 'u32', length: orderLength }],
  params: (problem) =>
    [problem.frames, problem.outputs, rowsOf(problem), problem.dyStride ?? problem.outputs].map((u32) => ({ u32 })),
  variant: (problem, { software }) => {
    const THREADS = threadsOf(software);
    return {
      source: orderSource,
      overrides: { THREADS },
      workgroups: linearGrid(Math.ceil(rowsOf(problem) / THREADS)),
    };
  },
  // Whole numbers are no floating-point operations.
  flops: () => 0,
});

/**
 * weight [taps,O,C] and frames [B] of conv1d, order of conv1dBackwardOrder → dx [B,T,N,C]; with `relu` also x [B,T,N,C].
 * Frames after a clip's end get zeros.
 */
export const conv1dBackwardX = defineKernel<Conv1dBackwardProblem>({
  name: 'conv1d_backward_x',
  bindings: [
    { name: 'weight', access: 'read', length: weightLength },
    { name: 'order', access: 'read', type: 'u32', length: orderLength },
    framesBinding,
    { name: 'x', access: 'read', length: (problem) => (problem.relu ? xLength(problem) : 0) },
    { name: 'dx', access: 'read_write', length: xLength },
  ],
  params: (problem) => {
    const { frames, points, inputs, outputs, taps } = problem;
    return [frames, points, inputs / lanesOf(problem), outputs, taps, rowsOf(problem)].map((u32) => ({ u32 }));
  },
  variant: (problem, { software }) => {
    const THREADS = threadsOf(software);
    const pairs = Math.ceil(problem.inputs / lanesOf(problem) / 2);
    return {
      source: xSource,
      flags: { VEC4: lanesOf(problem) === 4, RELU: problem.relu ?? false },
      overrides: { THREADS },
      workgroups: linearGrid(Math.ceil((rowsOf(problem) * pairs) / THREADS)),
    };
  },
  flops: (problem) => 2 * productMacs(problem) + (problem.relu ? xLength(problem) : 0),
  macs: productMacs,
});

/** x [B,T,N,C], dy [B·N, dyStride], argmax [B·N, O] and frames [B] of conv1d → dweight [slices,taps,O,C] */
export const conv1dBackwardWeight = defineKernel<Conv1dBackwardProblem>({
  name: 'conv1d_backward_weight',
  bindings: [
    { name: 'x', access: 'read', length: xLength },
    dyBinding,
    argmaxBinding,
    framesBinding,
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
      const THREADS = threadsOf(software);
      return {
        source: weightSource,
        flags: { VEC4: lanesOf(problem) === 4 },
        overrides: { THREADS },
        workgroups: linearGrid(Math.ceil((slices * weightLength(problem)) / lanesOf(problem) / THREADS)),
      };
    }
    const tiles = Math.ceil(inputs / 4 / (2 * subgroupSize)) * Math.ceil(outputs / subgroupSize);
    return {
      source: weightRegisters,
      flags: { SUBGROUPS_8: subgroupSize === 8 },
      overrides: { LANES: subgroupSize },
      workgroups: linearGrid(slices * taps * tiles),
    };
  },
  flops: (problem) => 2 * productMacs(problem),
  macs: productMacs,
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

/**
 * The gradients of conv1d with maxOverTime and storeArgmax, from x, weight, frames, argmax and dy. Of the problem's `relu` only dx takes notice.
 */
export function conv1dBackward(problem: Omit<Conv1dBackwardProblem, 'slices'>): Conv1dBackward {
  const slices = Math.min(MOST_SLICES, Math.ceil(rowsOf(problem) / SLICE_ROWS));
  const product = (dweight: string) =>
    gradientStep(
      conv1dBackwardWeight,
      { ...problem, slices },
      { x: 'x', dy: 'dy', argmax: 'argmax', frames: 'frames', dweight },
    );
  return {
    dx: [
      gradientStep(conv1dBackwardOrder, problem, { dy: 'dy', argmax: 'argmax', order: 'partials' }),
      gradientStep(conv1dBackwardX, problem, {
        weight: 'weight',
        order: 'partials',
        frames: 'frames',
        ...(problem.relu && { x: 'x' }),
        dx: 'dx',
      }),
    ],
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
