import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import { featureCount, featureStride, type TrackFeaturesProblem, trackFeaturesParams } from './track_features.ts';
import source from './track_features_backward.wgsl';
import paramsSource from './track_features_params.wgsl';

/**
 * The gradient of track_features' tracks, from both of its outputs. dy [B,T,N,featureStride], frames [B], dposition [B,N,4] (of which the last two
 * count for nothing) → dtracks [B,T,N,3]
 */
export const trackFeaturesBackward = defineKernel<TrackFeaturesProblem>({
  name: 'track_features_backward',
  bindings: [
    {
      name: 'dy',
      access: 'read',
      length: (problem) => problem.batch * problem.frames * problem.points * featureStride(problem),
    },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'dposition', access: 'read', length: ({ batch, points }) => batch * points * 4 },
    { name: 'dtracks', access: 'read_write', length: ({ batch, frames, points }) => batch * frames * points * 3 },
  ],
  params: trackFeaturesParams,
  variant: ({ batch, points }, { software }) => ({
    source: source + paramsSource,
    overrides: { THREADS: software ? 8 : 32 },
    workgroups: linearGrid(batch * points),
  }),
  // Every feature counts where its way ends and where it began; each frame has its share of the mean.
  flops: (problem) => problem.batch * problem.frames * problem.points * (2 * featureCount(problem) + 2),
});
