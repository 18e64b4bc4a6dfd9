import { badInput } from '../../runtime/errors.ts';
import { defineKernel, linearGrid, type Param } from '../../runtime/kernel.ts';
import source from './track_features.wgsl';
import paramsSource from './track_features_params.wgsl';

/** Sizes of a batch of tracks, and what is to be known of each point at each frame. */
export interface TrackFeaturesProblem {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
  /** Frames over which ways are measured, 1 to 8 numbers; [1] is the velocity. */
  readonly lags: readonly number[];
  /** Whether the way from the point's mean place is among the features. */
  readonly displacement: boolean;
}

/** As many as the uniform block holds. */
export const MAX_LAGS = 8;

/** Features of a frame: x and y of every lag and of the displacement, and occluded. */
export function featureCount({ lags, displacement }: Pick<TrackFeaturesProblem, 'lags' | 'displacement'>): number {
  return 2 * (lags.length + (displacement ? 1 : 0)) + 1;
}

/** Elements from one frame's features to the next: whole vec4s. */
export function featureStride(problem: Pick<TrackFeaturesProblem, 'lags' | 'displacement'>): number {
  return Math.ceil(featureCount(problem) / 4) * 4;
}

/** The uniform block of track_features and its backward. */
export function trackFeaturesParams(problem: TrackFeaturesProblem): Param[] {
  const { batch, frames, points, lags, displacement } = problem;
  if (lags.length < 1 || lags.length > MAX_LAGS) {
    throw badInput({ action: 'planning track_features', given: `${lags.length} lags`, needed: `1 to ${MAX_LAGS}` });
  }
  const sizes = [frames, points, batch * points, lags.length, Number(displacement), featureStride(problem), 0, 0];
  return [...sizes, ...lags, ...new Array(MAX_LAGS - lags.length).fill(0)].map((u32) => ({ u32 }));
}

/**
 * tracks [B,T,N,3], frames [B] (length of each clip, 1 … T) → y [B,T,N,featureStride]: for every lag k p_t − p_max(t−k, 0), with `displacement`
 * p_t − mean, and occluded, then zeros; position [B,N,4]: the mean of x and y over the clip, and two zeros.
 */
export const trackFeatures = defineKernel<TrackFeaturesProblem>({
  name: 'track_features',
  bindings: [
    { name: 'tracks', access: 'read', length: ({ batch, frames, points }) => batch * frames * points * 3 },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    {
      name: 'y',
      access: 'read_write',
      length: (problem) => problem.batch * problem.frames * problem.points * featureStride(problem),
    },
    { name: 'position', access: 'read_write', length: ({ batch, points }) => batch * points * 4 },
  ],
  params: trackFeaturesParams,
  variant: ({ batch, points }, { software }) => ({
    source: source + paramsSource,
    overrides: { THREADS: software ? 8 : 32 },
    workgroups: linearGrid(batch * points),
  }),
  // A sum for the mean and a difference for every feature but occlusion.
  flops: (problem) => problem.batch * problem.frames * problem.points * (2 + featureCount(problem) - 1),
});
