import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import type { MeanPoolProblem } from './mean_pool.ts';
import source from './mean_pool_backward.wgsl';

/**
 * The gradient of mean_pool's input: dy / count at the valid points of each clip, 0 at the others.
 * dy [B,C], mask [B,N] → dx [B,N,C]
 */
export const meanPoolBackward = defineKernel<MeanPoolProblem>({
  name: 'mean_pool_backward',
  bindings: [
    { name: 'dy', access: 'read', length: ({ batch, channels }) => batch * channels },
    { name: 'mask', access: 'read', type: 'u32', length: ({ batch, points, mask }) => (mask ? batch * points : 0) },
    { name: 'dx', access: 'read_write', length: ({ batch, points, channels }) => batch * points * channels },
  ],
  params: ({ batch, points, channels }) => [{ u32: batch }, { u32: points }, { u32: channels }],
  variant({ batch, channels, mask }, { software }) {
    const threads = software ? 8 : 64;
    return {
      source,
      flags: { MASK: mask },
      overrides: { THREADS: threads },
      workgroups: linearGrid(Math.ceil((batch * channels) / threads)),
    };
  },
  flops: ({ batch, channels }) => batch * channels,
});
