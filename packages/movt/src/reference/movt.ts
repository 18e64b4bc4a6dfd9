import type { MovtConfig } from '../config.ts';
import type { Weights } from '../init.ts';
import { meanOverRows, relu } from './layers.ts';
import {
  answerReference,
  encodeReference,
  pathOf,
  type ReferenceResult,
  type ReferenceTokens,
  type WeightedLayers,
  weightedLayers,
} from './trunk.ts';

/**
 * A point's x, y, occluded of every frame → what the motion branch sees of each: its way since `lag` frames ago for every lag (since the first
 * frame, where there were not so many), from its mean place where that is asked for, and occluded.
 */
function motionFeatures(path: Float64Array, { velocityLags, displacement }: MovtConfig): Float64Array {
  const mean = meanOverRows(path, 3);
  const features: number[] = [];
  for (let at = 0; at < path.length; at += 3) {
    for (const lag of velocityLags) {
      const before = Math.max(at - 3 * lag, 0);
      features.push(path[at] - path[before], path[at + 1] - path[before + 1]);
    }
    if (displacement) features.push(path[at] - mean[0], path[at + 1] - mean[1]);
    features.push(path[at + 2]);
  }
  return Float64Array.from(features);
}

/**
 * MovT in float64, as slow and as readable as it gets: the statement of the model that the kernels are checked against.
 * @param weights by PyTorch's names, see `movtParameters`
 * @param tracks [frames, points, 3]: x, y, occluded; at least one frame and one point
 */
export function movtReference(
  config: MovtConfig,
  weights: Weights,
  tracks: ArrayLike<number>,
  frames: number,
  points: number,
): ReferenceResult {
  const layers = weightedLayers(weights);
  return answerReference(config, layers, movtEncoded(config, layers, tracks, frames, points));
}

/** MovT up to its last encoder layer. */
export function movtEncoded(
  config: MovtConfig,
  layers: WeightedLayers,
  tracks: ArrayLike<number>,
  frames: number,
  points: number,
): ReferenceTokens {
  const { positionHidden } = config;

  /** [frames, 3] → [dim] */
  const positionOf = (path: Float64Array): Float64Array => {
    let x = meanOverRows(path, 3).subarray(0, 2);
    for (let i = 0; i < positionHidden.length; i++) x = relu(layers.affine(`position.${2 * i}`, x));
    return layers.affine(`position.${2 * positionHidden.length}`, x);
  };

  const paths = Array.from({ length: points }, (_, point) => pathOf(point, tracks, frames, points));
  return encodeReference(
    config,
    layers,
    paths.map((path) => motionFeatures(path, config)),
    paths.map(positionOf),
  );
}
