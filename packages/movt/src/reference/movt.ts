import type { MovtConfig } from '../config.ts';
import type { Weights } from '../init.ts';
import { add, attention, conv1d, gelu, layerNorm, linear, maxOverRows, meanOverRows, relu } from './layers.ts';

/** What MovT makes of one clip. */
export interface ReferenceResult {
  /** E_M [points, dim] */
  motion: Float64Array;
  /** E_P [points, dim] */
  position: Float64Array;
  /** E_F [width] */
  features: Float64Array;
  /** [outputs] */
  output: Float64Array;
}

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

/** x, y, occluded of one point out of tracks [frames, points, 3] → [frames, 3]. */
function pathOf(point: number, tracks: ArrayLike<number>, frames: number, points: number): Float64Array {
  return Float64Array.from(
    { length: frames * 3 },
    (_, i) => tracks[(Math.floor(i / 3) * points + point) * 3 + (i % 3)],
  );
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
  const { dim, width, heads, kernel, motionHidden, positionHidden, normFirst } = config;
  const weights64 = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const weight = (name: string) => weights64.get(name)!;
  const affine = (name: string, x: Float64Array) => linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
  const norm = (name: string, x: Float64Array) => layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`));
  const activation = config.activation === 'gelu' ? gelu : relu;

  /** [frames, 3] → [dim] */
  const motionOf = (path: Float64Array): Float64Array => {
    let x = motionFeatures(path, config);
    for (let i = 0; i < motionHidden.length; i++) x = relu(affine(`motion.mlp.${2 * i}`, x));
    const filtered = conv1d(x, frames, weight('motion.conv.weight'), weight('motion.conv.bias'), kernel);
    return maxOverRows(filtered, dim);
  };

  /** [frames, 3] → [dim] */
  const positionOf = (path: Float64Array): Float64Array => {
    let x = meanOverRows(path, 3).subarray(0, 2);
    for (let i = 0; i < positionHidden.length; i++) x = relu(affine(`position.${2 * i}`, x));
    return affine(`position.${2 * positionHidden.length}`, x);
  };

  /** torch.nn.TransformerEncoderLayer without dropout: tokens [points, width] → the same. */
  const encoderLayer = (name: string, x: Float64Array): Float64Array => {
    const attend = (tokens: Float64Array) => {
      const qkv = linear(tokens, weight(`${name}.self_attn.in_proj_weight`), weight(`${name}.self_attn.in_proj_bias`));
      return affine(`${name}.self_attn.out_proj`, attention(qkv, width, heads));
    };
    const feedForward = (tokens: Float64Array) =>
      affine(`${name}.linear2`, activation(affine(`${name}.linear1`, tokens)));
    if (normFirst) {
      const attended = add(x, attend(norm(`${name}.norm1`, x)));
      return add(attended, feedForward(norm(`${name}.norm2`, attended)));
    }
    const attended = norm(`${name}.norm1`, add(x, attend(x)));
    return norm(`${name}.norm2`, add(attended, feedForward(attended)));
  };

  const motion = new Float64Array(points * dim);
  const position = new Float64Array(points * dim);
  const joined = new Float64Array(points * 2 * dim);
  for (let point = 0; point < points; point++) {
    const path = pathOf(point, tracks, frames, points);
    motion.set(motionOf(path), point * dim);
    position.set(positionOf(path), point * dim);
    joined.set(motion.subarray(point * dim, (point + 1) * dim), point * 2 * dim);
    joined.set(position.subarray(point * dim, (point + 1) * dim), point * 2 * dim + dim);
  }
  let tokens = affine('fuse', joined);
  for (let i = 0; i < config.layers; i++) tokens = encoderLayer(`encoder.layers.${i}`, tokens);
  const features = meanOverRows(tokens, width);
  return { motion, position, features, output: affine('head', features) };
}
