import type { TrunkConfig } from '../config.ts';
import type { Weights } from '../init.ts';
import { add, attention, conv1d, gelu, layerNorm, linear, maxOverRows, meanOverRows, relu } from './layers.ts';

/** What the branches and the encoder of MovT or PixT make of one clip. */
export interface ReferenceTokens {
  /** E_M [points, dim] */
  motion: Float64Array;
  /** E_P [points, dim] */
  position: Float64Array;
  /** What the encoder makes of each point [points, width] */
  tokens: Float64Array;
}

/** What MovT or PixT makes of one clip. */
export interface ReferenceResult extends ReferenceTokens {
  /** E_F [width] */
  features: Float64Array;
  /** [outputs] */
  output: Float64Array;
}

/** Layers of which each has its parameters. */
export interface WeightedLayers {
  weight(name: string): Float64Array;
  /** torch.nn.Linear */
  affine(name: string, x: Float64Array): Float64Array;
  /** torch.nn.LayerNorm */
  norm(name: string, x: Float64Array): Float64Array;
}

/** The layers whose parameters `weights` holds, by PyTorch's names. */
export function weightedLayers(weights: Weights): WeightedLayers {
  const weights64 = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const weight = (name: string) => weights64.get(name)!;
  return {
    weight,
    affine: (name, x) => linear(x, weight(`${name}.weight`), weight(`${name}.bias`)),
    norm: (name, x) => layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`)),
  };
}

/** The three features of one point out of a clip [frames, points, 3] → [frames, 3]. */
export function pathOf(point: number, clip: ArrayLike<number>, frames: number, points: number): Float64Array {
  return Float64Array.from({ length: frames * 3 }, (_, i) => clip[(Math.floor(i / 3) * points + point) * 3 + (i % 3)]);
}

/**
 * What MovT and PixT do alike, up to the last encoder layer.
 * @param seen what the motion branch sees of each point, [frames, features]
 * @param positions E_P of each point, [dim]
 */
export function encodeReference(
  config: TrunkConfig,
  layers: WeightedLayers,
  seen: readonly Float64Array[],
  positions: readonly Float64Array[],
): ReferenceTokens {
  const { dim, kernel, motionHidden } = config;
  const { weight, affine } = layers;
  const points = seen.length;

  /** [frames, features] → [dim] */
  const motionOf = (features: Float64Array): Float64Array => {
    const frames = features.length / (weight('motion.mlp.0.weight').length / motionHidden[0]);
    let x = features;
    for (let i = 0; i < motionHidden.length; i++) x = relu(affine(`motion.mlp.${2 * i}`, x));
    const filtered = conv1d(x, frames, weight('motion.conv.weight'), weight('motion.conv.bias'), kernel);
    return maxOverRows(filtered, dim);
  };

  const motion = new Float64Array(points * dim);
  const position = new Float64Array(points * dim);
  const joined = new Float64Array(points * 2 * dim);
  for (let point = 0; point < points; point++) {
    motion.set(motionOf(seen[point]), point * dim);
    position.set(positions[point], point * dim);
    joined.set(motion.subarray(point * dim, (point + 1) * dim), point * 2 * dim);
    joined.set(positions[point], point * 2 * dim + dim);
  }
  let tokens = affine('fuse', joined);
  for (let i = 0; i < config.layers; i++) tokens = encoderLayer(config, layers, `encoder.layers.${i}`, tokens);
  return { motion, position, tokens };
}

/** What follows: the mean of the tokens, and the head on it. */
export function answerReference(
  { width }: TrunkConfig,
  { affine }: WeightedLayers,
  encoded: ReferenceTokens,
): ReferenceResult {
  const features = meanOverRows(encoded.tokens, width);
  return { ...encoded, features, output: affine('head', features) };
}

/** torch.nn.TransformerEncoderLayer without dropout: tokens [points, width] → the same. */
function encoderLayer(
  { width, heads, activation, normFirst }: TrunkConfig,
  { weight, affine, norm }: WeightedLayers,
  name: string,
  x: Float64Array,
): Float64Array {
  const attend = (tokens: Float64Array) => {
    const qkv = linear(tokens, weight(`${name}.self_attn.in_proj_weight`), weight(`${name}.self_attn.in_proj_bias`));
    return affine(`${name}.self_attn.out_proj`, attention(qkv, width, heads));
  };
  const activate = activation === 'gelu' ? gelu : relu;
  const feedForward = (tokens: Float64Array) => affine(`${name}.linear2`, activate(affine(`${name}.linear1`, tokens)));
  if (normFirst) {
    const attended = add(x, attend(norm(`${name}.norm1`, x)));
    return add(attended, feedForward(norm(`${name}.norm2`, attended)));
  }
  const attended = norm(`${name}.norm1`, add(x, attend(x)));
  return norm(`${name}.norm2`, add(attended, feedForward(attended)));
}
