import { defineKernel } from '../../runtime/kernel.ts';
import type { VelocityLinearBackwardProblem } from './velocity_linear_backward.ts';
import paramsSource from './velocity_linear_backward_params.wgsl';
import source from './velocity_linear_parameters_backward.wgsl';

const trackCount = ({ batch, frames, points }: VelocityLinearBackwardProblem) => batch * frames * points;
const featureCount = (problem: VelocityLinearBackwardProblem) => trackCount(problem) * problem.channels;
const columnsOf = ({ channels }: VelocityLinearBackwardProblem) => (channels % 4 ? channels : channels / 4);

/**
 * The gradients of velocity_linear's parameters, summed up in a fixed order. dy, y [B,T,N,C] (y as the forward left it),
 * tracks [B,T,N,3] → dweight [C,3], dbias [C]
 */
export const velocityLinearParametersBackward = defineKernel<VelocityLinearBackwardProblem>({
  name: 'velocity_linear_parameters_backward',
  bindings: [
    { name: 'dy', access: 'read', length: featureCount },
    { name: 'y', access: 'read', length: featureCount },
    { name: 'tracks', access: 'read', length: (problem) => trackCount(problem) * 3 },
    { name: 'dweight', access: 'read_write', length: ({ channels }) => channels * 3 },
    { name: 'dbias', access: 'read_write', length: ({ channels }) => channels },
  ],
  params: (problem) =>
    [problem.frames, problem.points, columnsOf(problem), problem.batch * problem.points].map((u32) => ({ u32 })),
  variant(problem, { software }) {
    // Few columns and very many rows: a GPU is kept busy by cutting the points up; on a CPU a thread has a column to itself.
    const [columns, slices] = software ? [8, 1] : [2, 64];
    return {
      source: source + paramsSource,
      flags: { VEC4: problem.channels % 4 === 0, SLICED: slices > 1 },
      overrides: { COLUMNS: columns, SLICES: slices },
      workgroups: [Math.ceil(columnsOf(problem) / columns), 1, 1],
    };
  },
  // Differences 2 an element of the tracks; ReLU, 3 multiply-adds and a sum an element of y.
  flops: (problem) => trackCount(problem) * 2 + featureCount(problem) * 8,
  macs: (problem) => featureCount(problem) * 3,
});
