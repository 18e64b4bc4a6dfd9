import type { Arrays } from '../../testing/check-kernel.ts';
import { temporalMeanReference } from '../temporal_mean/temporal_mean.reference.ts';
import { featureStride, type TrackFeaturesProblem } from './track_features.ts';

/** Calls `visit` with every clip, frame and point, and where its place and its features begin. */
function eachPlace(
  { batch, frames, points, ...problem }: TrackFeaturesProblem,
  visit: (b: number, t: number, n: number, place: (frame: number) => number, feature: number) => void,
): void {
  const stride = featureStride(problem);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < frames; t++) {
      for (let n = 0; n < points; n++) {
        const place = (frame: number) => ((b * frames + frame) * points + n) * 3;
        visit(b, t, n, place, ((b * frames + t) * points + n) * stride);
      }
    }
  }
}

/** tracks [B,T,N,3], frames [B] → y [B,T,N,featureStride], position [B,N,4], in float64 */
export function trackFeaturesReference(problem: TrackFeaturesProblem, { tracks, frames }: Arrays): Arrays {
  const { batch, points, lags, displacement } = problem;
  const mean = temporalMeanReference(problem, { tracks, frames }).y; // [B,N,2]
  const y = new Float64Array(batch * problem.frames * points * featureStride(problem));
  eachPlace(problem, (b, t, n, place, at) => {
    for (const lag of lags) {
      for (const axis of [0, 1]) y[at++] = tracks[place(t) + axis] - tracks[place(Math.max(t - lag, 0)) + axis];
    }
    for (const axis of displacement ? [0, 1] : []) {
      y[at++] = tracks[place(t) + axis] - mean[(b * points + n) * 2 + axis];
    }
    y[at] = tracks[place(t) + 2];
  });
  const position = new Float64Array(batch * points * 4);
  for (let i = 0; i < mean.length; i++) position[(i >> 1) * 4 + (i % 2)] = mean[i];
  return { y, position };
}

/** Its backward. dy [B,T,N,featureStride], frames [B], dposition [B,N,4] → dtracks [B,T,N,3], in float64 */
export function trackFeaturesBackwardReference(
  problem: TrackFeaturesProblem,
  { dy, frames, dposition }: Arrays,
): Arrays {
  const { batch, points, lags, displacement } = problem;
  const dtracks = new Float64Array(batch * problem.frames * points * 3);
  eachPlace(problem, (b, t, n, place, at) => {
    for (const lag of lags) {
      for (const axis of [0, 1]) {
        dtracks[place(t) + axis] += dy[at];
        dtracks[place(Math.max(t - lag, 0)) + axis] -= dy[at++];
      }
    }
    for (const axis of displacement ? [0, 1] : []) {
      dtracks[place(t) + axis] += dy[at];
      for (let other = 0; other < frames[b]; other++) dtracks[place(other) + axis] -= dy[at] / frames[b];
      at++;
    }
    dtracks[place(t) + 2] += dy[at];
    for (const axis of t < frames[b] ? [0, 1] : []) {
      dtracks[place(t) + axis] += dposition[(b * points + n) * 4 + axis] / frames[b];
    }
  });
  return { dtracks };
}
