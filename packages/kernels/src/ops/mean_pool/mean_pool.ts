import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './mean_pool.wgsl';

/** Sizes of features of points. */
export interface MeanPoolProblem {
  readonly batch: number;
  readonly points: number;
  readonly channels: number;
  /** Whether `mask` [B,N] tells which points are valid (1) and which are left out (0). */
  readonly mask: boolean;
}

const CHANNELS = 32;

/** Threads that share a channel: one for every 8 points, up to 8; workgroup memory is what software is slowest at. */
const slicesOf = (points: number, software: boolean) => (software ? 1 : Math.min(8, Math.ceil(points / 8)));

/**
 * Mean over the valid points of each clip; what the others hold, NaN included, has no say. A clip with no valid point
 * has no mean and must be refused by the caller (y is NaN there).
 * x [B,N,C], mask [B,N] → y [B,C]
 */
export const meanPool = defineKernel<MeanPoolProblem>({
  name: 'mean_pool',
  bindings: [
    { name: 'x', access: 'read', length: ({ batch, points, channels }) => batch * points * channels },
    { name: 'mask', access: 'read', type: 'u32', length: ({ batch, points, mask }) => (mask ? batch * points : 0) },
    { name: 'y', access: 'read_write', length: ({ batch, channels }) => batch * channels },
  ],
  params: ({ batch, points, channels }) => [{ u32: batch }, { u32: points }, { u32: channels }],
  variant({ batch, points, channels, mask }, { software }) {
    const slices = slicesOf(points, software);
    return {
      source,
      flags: { SLICED: slices > 1, MASK: mask },
      overrides: { CHANNELS, SLICES: slices },
      workgroups: linearGrid(batch * Math.ceil(channels / CHANNELS)),
    };
  },
  flops: ({ batch, points, channels }) => batch * points * channels,
});
