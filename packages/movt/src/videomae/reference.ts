import { add, attention, gelu, layerNorm, linear, meanOverRows } from '../reference/layers.ts';
import type { VideomaeConfig } from './config.ts';

/** What VideoMAE makes of one clip. */
export interface VideomaeReferenceResult {
  /** E_F, what the head sees: [width]. */
  readonly features: Float64Array;
  readonly output: Float64Array;
}

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/**
 * VideoMAE in float64, in plain loops: nothing here is shared with the kernels that it checks.
 * @param weights by the authors' names, in float64 where a difference is to be taken
 * @param video [frames, size, size, 3], 0 … 255
 */
export function videomaeReference(
  config: VideomaeConfig,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  video: Uint8Array,
): VideomaeReferenceResult {
  const { affine, norm } = layersOf(weights);
  const features = norm(
    meanOverRows(videomaeEncoded(config, weights, video), config.width),
    'fc_norm',
    config.fcNormEps,
  );
  return { features, output: affine(features, 'head') };
}

/** VideoMAE up to its last block: [tokens, width]. */
export function videomaeEncoded(
  config: VideomaeConfig,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  video: Uint8Array,
): Float64Array {
  const { width, heads, layers, normEps } = config;
  const { of, affine, norm } = layersOf(weights);
  let x = affine(tubelets(config, video), 'patch_embed.proj');
  x = x.map((value, i) => value + position(Math.floor(i / width), i % width, width));
  for (let layer = 0; layer < layers; layer++) {
    const name = `blocks.${layer}`;
    // The authors' own way: one bias, of which the keys' part is zeros.
    const bias = new Float64Array(3 * width);
    bias.set(of(`${name}.attn.q_bias`), 0);
    bias.set(of(`${name}.attn.v_bias`), 2 * width);
    const qkv = linear(norm(x, `${name}.norm1`, normEps), of(`${name}.attn.qkv.weight`), bias);
    x = add(x, affine(attention(qkv, width, heads), `${name}.attn.proj`));
    const hidden = gelu(affine(norm(x, `${name}.norm2`, normEps), `${name}.mlp.fc1`));
    x = add(x, affine(hidden, `${name}.mlp.fc2`));
  }
  return x;
}

function layersOf(weights: ReadonlyMap<string, ArrayLike<number>>) {
  const of = (name: string) => Float64Array.from(weights.get(name)!);
  return {
    of,
    affine: (x: Float64Array, name: string) => linear(x, of(`${name}.weight`), of(`${name}.bias`)),
    norm: (x: Float64Array, name: string, eps: number) => layerNorm(x, of(`${name}.weight`), of(`${name}.bias`), eps),
  };
}

/** The windows that a Conv3d with stride = kernel meets, in the order of its weight [out, channel, t, y, x]. */
function tubelets({ frames, size, tubelet, patch }: VideomaeConfig, video: Uint8Array): Float64Array {
  const rows: number[] = [];
  for (let t = 0; t < frames; t += tubelet) {
    for (let y = 0; y < size; y += patch) {
      for (let x = 0; x < size; x += patch) {
        for (let c = 0; c < 3; c++) {
          for (let dt = 0; dt < tubelet; dt++) {
            for (let dy = 0; dy < patch; dy++) {
              for (let dx = 0; dx < patch; dx++) {
                const byte = video[(((t + dt) * size + y + dy) * size + x + dx) * 3 + c];
                rows.push((byte / 255 - MEAN[c]) / DEVIATION[c]);
              }
            }
          }
        }
      }
    }
  }
  return Float64Array.from(rows);
}

function position(p: number, j: number, width: number): number {
  const angle = p / 10000 ** ((2 * Math.floor(j / 2)) / width);
  return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
}
