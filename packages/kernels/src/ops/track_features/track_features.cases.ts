import type { Draws, KernelCheck } from '../../testing/check-kernel.ts';
import { trackFeaturesBackwardReference, trackFeaturesReference } from './track_features.reference.ts';
import { type TrackFeaturesProblem, trackFeatures } from './track_features.ts';
import { trackFeaturesBackward } from './track_features_backward.ts';

const draw: Draws<TrackFeaturesProblem> = {
  frames: (random, { batch, frames }) => Array.from({ length: batch }, () => random.integer(1, frames)),
};

const CASES: KernelCheck<TrackFeaturesProblem>['cases'] = [
  { problem: { batch: 1, frames: 1, points: 1, lags: [1], displacement: false } },
  { problem: { batch: 3, frames: 7, points: 5, lags: [1, 2, 4, 9], displacement: true } },
  { problem: { batch: 2, frames: 90, points: 3, lags: [8, 3, 1], displacement: false } },
  { problem: { batch: 2, frames: 33, points: 4, lags: [1, 2, 3, 4, 5, 6, 7, 40], displacement: true } },
  // More than 65,535 workgroups.
  { problem: { batch: 2, frames: 2, points: 32_771, lags: [1], displacement: true } },
  { problem: { batch: 32, frames: 32, points: 60, lags: [1, 2, 4, 8], displacement: false }, bench: true },
];

export const trackFeaturesCheck: KernelCheck<TrackFeaturesProblem> = {
  kernel: trackFeatures,
  reference: trackFeaturesReference,
  draw,
  cases: CASES,
};

export const trackFeaturesBackwardCheck: KernelCheck<TrackFeaturesProblem> = {
  kernel: trackFeaturesBackward,
  reference: trackFeaturesBackwardReference,
  draw,
  // Sums over a clip's frames.
  tolerance: () => ({ rtol: 1e-5, atol: 2e-5 }),
  cases: CASES,
};
