import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './velocity_linear.wgsl';

/** Sizes of a batch of tracks and of the layer. */
export interface VelocityLinearProblem {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
  readonly channels: number;
  /** Weights and biases are stored as f16. */
  readonly halfWeights?: boolean;
}

const trackCount = ({ batch, frames, points }: VelocityLinearProblem) => batch * frames * points;

/**
 * velocity, Linear(3 → C) and ReLU fused, and the mean of x, y over time beside it: tracks [B,T,N,3], weight [C,3], bias [C],
 * frames [B] (length of each clip, 1 … T) → y [B,T,N,C], position [B,N,4]: x, y and two zeros, so that the
 * layer that reads them finds whole vec4s.
 */
export const velocityLinear = defineKernel<VelocityLinearProblem>({
  name: 'velocity_linear',
  bindings: [
    { name: 'tracks', access: 'read', length: (problem) => trackCount(problem) * 3 },
    {
      name: 'weight',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ channels }) => channels * 3,
    },
    {
      name: 'bias',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ channels }) => channels,
    },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'y', access: 'read_write', length: (problem) => trackCount(problem) * problem.channels },
    { name: 'position', access: 'read_write', length: ({ batch, points }) => batch * points * 4 },
  ],
  params: ({ batch, frames, points, channels }) => [frames, points, channels, batch * points].map((u32) => ({ u32 })),
  variant: ({ batch, points, channels, halfWeights = false }, { software, subgroupSize }) => ({
    source,
    flags: { HALF_WEIGHTS: halfWeights, VEC4: channels % 4 === 0 },
    overrides: { THREADS: software ? subgroupSize || 8 : 64 }, // at least 4
    workgroups: linearGrid(batch * points),
  }),
  // Differences 2, mean 2 an element of the tracks; 3 multiply-adds, bias and ReLU an element of y.
  flops: (problem) => trackCount(problem) * (4 + problem.channels * 8),
  macs: (problem) => trackCount(problem) * problem.channels * 3,
});
