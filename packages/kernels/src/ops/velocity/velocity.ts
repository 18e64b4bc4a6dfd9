import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './velocity.wgsl';

/** Sizes of a batch of tracks. */
export interface VelocityProblem {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
}

const WORKGROUP_SIZE = 64;
const trackCount = ({ batch, frames, points }: VelocityProblem) => batch * frames * points;

/** Frame-to-frame differences of x and y, zero in the first frame; occlusion unchanged. [B,T,N,3] → [B,T,N,3] */
export const velocity = defineKernel<VelocityProblem>({
  name: 'velocity',
  bindings: [
    { name: 'tracks', access: 'read', length: (problem) => trackCount(problem) * 3 },
    { name: 'velocity', access: 'read_write', length: (problem) => trackCount(problem) * 3 },
  ],
  params: (problem) => [{ u32: trackCount(problem) }, { u32: problem.frames }, { u32: problem.points }],
  variant: (problem) => ({
    source,
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(trackCount(problem) / WORKGROUP_SIZE)),
  }),
  flops: (problem) => trackCount(problem) * 2,
});
