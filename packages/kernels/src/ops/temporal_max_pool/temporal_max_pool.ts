import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import isNan from './is_nan.wgsl';
import source from './temporal_max_pool.wgsl';

/** Sizes of per-frame features of points. */
export interface TemporalMaxPoolProblem {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
  readonly channels: number;
}

const WORKGROUP_SIZE = 64;
const outputCount = ({ batch, points, channels }: TemporalMaxPoolProblem) => batch * points * channels;

/**
 * Maximum over the first frames[b] frames of each clip; a NaN among them wins, as in torch.max.
 * x [B,T,N,C], frames [B] with 1 ≤ frames[b] ≤ T → y [B,N,C]
 */
export const temporalMaxPool = defineKernel<TemporalMaxPoolProblem>({
  name: 'temporal_max_pool',
  bindings: [
    { name: 'x', access: 'read', length: (problem) => outputCount(problem) * problem.frames },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'y', access: 'read_write', length: outputCount },
  ],
  params: ({ batch, frames, points, channels }) => [{ u32: batch }, { u32: frames }, { u32: points * channels }],
  variant: (problem) => ({
    source: source + isNan,
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(outputCount(problem) / WORKGROUP_SIZE)),
  }),
  flops: (problem) => outputCount(problem) * (problem.frames - 1),
});
