import type { FusionConfig } from '../fusion/config.ts';
import type { FusionClip } from '../fusion/model.ts';
import type { Weights } from '../init.ts';
import type { PixelClip } from '../pixt/clip.ts';
import { videomaeEncoded } from '../videomae/reference.ts';
import { add, crossAttention, gelu, layerNorm, linear, meanOverRows } from './layers.ts';
import { movtEncoded } from './movt.ts';
import { pixtEncoded } from './pixt.ts';
import { type WeightedLayers, weightedLayers } from './trunk.ts';

/** Tokens of a branch. */
interface Side {
  readonly x: Float64Array;
  readonly width: number;
  readonly heads: number;
}

/** A fusion in float64: see `recordFusion`. `pixels` are those of `clip.video`. */
export function fusionReference(
  config: FusionConfig,
  weights: Weights,
  { tracks }: FusionClip,
  pixels: Uint8Array,
): { features: Float64Array; output: Float64Array } {
  const { movt, videomae, blocks } = config;
  const own = (branch: string): Weights =>
    new Map(
      [...weights].flatMap(([name, values]) => (name.startsWith(branch) ? [[name.slice(branch.length), values]] : [])),
    );
  const ofPoints = weightedLayers(own('movt.'));
  const encoded =
    'model' in movt
      ? pixtEncoded(movt, ofPoints, tracks as PixelClip)
      : movtEncoded(movt, ofPoints, tracks.data, tracks.T, tracks.N);
  let points: Side = { x: encoded.tokens, width: movt.width, heads: movt.heads };
  let video: Side = { ...videomae, x: videomaeEncoded(videomae, own('videomae.'), pixels) };
  const layers = weightedLayers(weights);
  for (let i = 0; i < blocks; i++) {
    const [ofA, ofB] = [`cross.${i}.movt`, `cross.${i}.videomae`];
    const [normedA, normedB] = [layers.norm(`${ofA}.norm1`, points.x), layers.norm(`${ofB}.norm1`, video.x)];
    points = block(layers, ofA, points, normedA, normedB);
    video = block(layers, ofB, video, normedB, normedA);
  }
  const norm = (part: string) => layers.weight(`videomae.fc_norm.${part}`);
  const means = [
    meanOverRows(points.x, points.width),
    layerNorm(meanOverRows(video.x, video.width), norm('weight'), norm('bias'), videomae.fcNormEps),
  ];
  const features = Float64Array.from(means.flatMap((mean) => [...mean]));
  return { features, output: layers.affine('head', features) };
}

function block(
  { weight, affine, norm }: WeightedLayers,
  name: string,
  { x, width, heads }: Side,
  asking: Float64Array,
  answering: Float64Array,
): Side {
  const projections = [
    affine(`${name}.query`, asking),
    linear(answering, weight(`${name}.key.weight`), new Float64Array(width)),
    affine(`${name}.value`, answering),
  ] as const;
  const attended = add(x, affine(`${name}.out_proj`, crossAttention(...projections, width, heads)));
  const hidden = gelu(affine(`${name}.linear1`, norm(`${name}.norm2`, attended)));
  return { x: add(attended, affine(`${name}.linear2`, hidden)), width, heads };
}
