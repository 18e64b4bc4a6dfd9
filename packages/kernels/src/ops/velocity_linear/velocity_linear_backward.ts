import { defineKernel } from '../../runtime/kernel.ts';
import { rowVariant } from '../row_reduction/row_reduction.ts';
import type { VelocityLinearProblem } from './velocity_linear.ts';
import source from './velocity_linear_backward.wgsl';
import paramsSource from './velocity_linear_backward_params.wgsl';

/** Sizes of a batch of tracks and of the layer, whose weights are f32 in training. */
export type VelocityLinearBackwardProblem = Omit<VelocityLinearProblem, 'halfWeights'>;

const trackCount = ({ batch, frames, points }: VelocityLinearBackwardProblem) => batch * frames * points;
const featureCount = (problem: VelocityLinearBackwardProblem) => trackCount(problem) * problem.channels;

/**
 * The gradient of velocity_linear's tracks, from both of its outputs. dy, y [B,T,N,C] (y as the forward left it), weight [C,3],
 * frames [B] (length of each clip, 1 … T), dposition [B,N,4] (of which the last two count for nothing) → dtracks [B,T,N,3]
 */
export const velocityLinearBackward = defineKernel<VelocityLinearBackwardProblem>({
  name: 'velocity_linear_backward',
  bindings: [
    { name: 'dy', access: 'read', length: featureCount },
    { name: 'y', access: 'read', length: featureCount },
    { name: 'weight', access: 'read', length: ({ channels }) => channels * 3 },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'dposition', access: 'read', length: ({ batch, points }) => batch * points * 4 },
    { name: 'dtracks', access: 'read_write', length: (problem) => trackCount(problem) * 3 },
  ],
  params: ({ batch, frames, points, channels }) =>
    [frames, points, channels % 4 ? channels : channels / 4, batch * points].map((u32) => ({ u32 })),
  variant({ batch, points, channels }, traits) {
    const variant = rowVariant(source + paramsSource, { rows: batch * points, width: channels }, traits);
    return { ...variant, flags: { ...variant.flags, VEC4: channels % 4 === 0 } };
  },
  // ReLU and 3 multiply-adds an element of y; differences and shares 4 an element of the tracks.
  flops: (problem) => featureCount(problem) * 7 + trackCount(problem) * 4,
  macs: (problem) => featureCount(problem) * 3,
});
