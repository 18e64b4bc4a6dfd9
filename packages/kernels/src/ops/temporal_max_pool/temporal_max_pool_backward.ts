import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import isNan from './is_nan.wgsl';
import type { TemporalMaxPoolProblem } from './temporal_max_pool.ts';
import source from './temporal_max_pool_backward.wgsl';

const WORKGROUP_SIZE = 64;
const outputCount = ({ batch, points, channels }: TemporalMaxPoolProblem) => batch * points * channels;
const inputCount = (problem: TemporalMaxPoolProblem) => outputCount(problem) * problem.frames;

/**
 * The gradient of temporal_max_pool's input: dy at the frame that holds the maximum (the first of several, the first NaN if there is one,
 * as in torch.max), 0 at all others. The maximum is looked for again, not stored.
 * dy [B,N,C], x [B,T,N,C], frames [B] with 1 ≤ frames[b] ≤ T → dx [B,T,N,C]
 */
export const temporalMaxPoolBackward = defineKernel<TemporalMaxPoolProblem>({
  name: 'temporal_max_pool_backward',
  bindings: [
    { name: 'dy', access: 'read', length: outputCount },
    { name: 'x', access: 'read', length: inputCount },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'dx', access: 'read_write', length: inputCount },
  ],
  params: ({ batch, frames, points, channels }) => [{ u32: batch }, { u32: frames }, { u32: points * channels }],
  variant: (problem) => ({
    source: source + isNan,
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(outputCount(problem) / WORKGROUP_SIZE)),
  }),
  flops: (problem) => outputCount(problem) * (problem.frames - 1),
});
