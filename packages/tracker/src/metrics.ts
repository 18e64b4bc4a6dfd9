import { badInput } from '@movt/kernels';
import type { Tracks } from './tracks.ts';

/** Pixels of a 256×256 picture. */
const THRESHOLDS = [1, 2, 4, 8, 16];

/** TAP-Vid's metrics, each in [0, 1]. */
export interface TapVidMetrics {
  /** Average Jaccard: mean of `jaccard`. */
  AJ: number;
  /** Mean of `delta`. */
  delta_avg: number;
  /** Occlusion accuracy: share of evaluated points whose visibility is right. */
  OA: number;
  /** By threshold: share of the visible points that are found within it. */
  delta: number[];
  /**
   * By threshold: TP/(visible + FP). TP: within it and both visible. FP: predicted visible, but hidden or not within
   * it.
   */
  jaccard: number[];
}

/** Annotated and predicted tracks of one clip, both [T,N,3] in pixels. */
export interface TapVidClip {
  truth: Tracks;
  predicted: Tracks;
  /** [N] the frame at which each point was given: later frames are evaluated ('first' mode). */
  queryFrames: ArrayLike<number>;
  /** Pixels of the picture: distances count as if it were scaled to 256×256. */
  width: number;
  height: number;
  /** The frames that are annotated; all of them where left out. */
  frames?: Iterable<number>;
}

/**
 * Scores point tracks as TAP-Vid does (Doersch et al., "TAP-Vid: A Benchmark for Tracking Any Point in a Video",
 * NeurIPS 2022): thresholds 1, 2, 4, 8 and 16 pixels at 256×256, a distance strictly below counts as within. Throws
 * bad_input where the shapes differ or the truth has no visible point to find.
 */
export function tapVidMetrics({ truth, predicted, queryFrames, width, height, frames }: TapVidClip): TapVidMetrics {
  const { T, N } = truth;
  const refuse = (given: string, needed: string) => badInput({ action: 'scoring tracks', given, needed });
  if (predicted.T !== T || predicted.N !== N || queryFrames.length !== N) {
    const given = `predictions [${predicted.T},${predicted.N},3] and ${queryFrames.length} query frames`;
    throw refuse(given, `[${T},${N},3] and ${N}, as in the truth`);
  }

  let evaluated = 0;
  let rightVisibility = 0;
  let visible = 0;
  const found = THRESHOLDS.map(() => 0);
  const truePositives = THRESHOLDS.map(() => 0);
  const falsePositives = THRESHOLDS.map(() => 0);
  for (const t of frames ?? Array(T).keys()) {
    for (let n = 0; n < N; n++) {
      if (t <= queryFrames[n]) continue;
      const i = (t * N + n) * 3;
      const isVisible = truth.data[i + 2] === 0;
      const saysVisible = predicted.data[i + 2] === 0;
      const dx = ((predicted.data[i] - truth.data[i]) * 256) / width;
      const dy = ((predicted.data[i + 1] - truth.data[i + 1]) * 256) / height;
      const distance = Math.hypot(dx, dy);

      evaluated++;
      if (isVisible === saysVisible) rightVisibility++;
      if (isVisible) visible++;
      for (const [k, threshold] of THRESHOLDS.entries()) {
        const isFound = isVisible && distance < threshold;
        if (isFound) found[k]++;
        if (isFound && saysVisible) truePositives[k]++;
        if (!isFound && saysVisible) falsePositives[k]++;
      }
    }
  }
  if (visible === 0) throw refuse('no visible point after its query frame', 'at least one');

  const delta = found.map((count) => count / visible);
  const jaccard = truePositives.map((count, k) => count / (visible + falsePositives[k]));
  return { AJ: mean(jaccard), delta_avg: mean(delta), OA: rightVisibility / evaluated, delta, jaccard };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
