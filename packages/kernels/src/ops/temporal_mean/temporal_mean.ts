import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './temporal_mean.wgsl';

/** Sizes of a batch of tracks. */
export interface TemporalMeanProblem {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
}

const WORKGROUP_SIZE = 32;
const pointCount = ({ batch, points }: TemporalMeanProblem) => batch * points;

/**
 * Each point's mean place over the first frames[b] frames of its clip.
 * tracks [B,T,N,3], frames [B] with 1 ≤ frames[b] ≤ T → y [B,N,2]
 */
export const temporalMean = defineKernel<TemporalMeanProblem>({
  name: 'temporal_mean',
  bindings: [
    { name: 'tracks', access: 'read', length: (problem) => pointCount(problem) * problem.frames * 3 },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'y', access: 'read_write', length: (problem) => pointCount(problem) * 2 },
  ],
  params: ({ batch, frames, points }) => [{ u32: batch }, { u32: frames }, { u32: points }],
  variant: (problem) => ({
    source,
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(pointCount(problem) / WORKGROUP_SIZE)),
  }),
  flops: (problem) => pointCount(problem) * 2 * problem.frames,
});
