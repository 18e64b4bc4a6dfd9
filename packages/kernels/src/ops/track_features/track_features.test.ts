import { test } from 'uvu';
import { checkGradient } from '../../testing/check-gradient.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { trackFeaturesBackwardCheck, trackFeaturesCheck } from './track_features.cases.ts';
import { trackFeaturesBackwardReference, trackFeaturesReference } from './track_features.reference.ts';
import type { TrackFeaturesProblem } from './track_features.ts';

checkGradient<TrackFeaturesProblem>({
  name: 'track_features',
  problems: [
    { batch: 1, frames: 1, points: 2, lags: [1], displacement: true },
    { batch: 3, frames: 6, points: 2, lags: [1, 3, 8], displacement: true },
    { batch: 2, frames: 5, points: 2, lags: [2], displacement: false },
  ],
  inputs: (random, { batch, frames, points }) => ({
    tracks: random.normal(batch * frames * points * 3),
    frames: Array.from({ length: batch }, () => random.integer(1, frames)),
  }),
  forward: trackFeaturesReference,
  backward: trackFeaturesBackwardReference,
});

await checkKernel(trackFeaturesCheck);
await checkKernel(trackFeaturesBackwardCheck);
test.run();
