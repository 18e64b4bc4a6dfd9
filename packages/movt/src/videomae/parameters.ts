import { affine, layerNorm, type Parameter } from '../parameters.ts';
import type { VideomaeConfig } from './config.ts';

/** Uniform with the standard deviation of 0.02 that the authors draw from a truncated normal distribution. */
const DRAWN = { uniform: 0.02 * Math.sqrt(3) };
const ZERO = { constant: 0 };

function linear(name: string, outputs: number, inputs: number): Parameter[] {
  const [weight, bias] = affine(name, [outputs, inputs], ZERO);
  return [{ ...weight, init: DRAWN }, bias];
}

function block(name: string, { width, mlpRatio }: VideomaeConfig): Parameter[] {
  // Queries and values have a bias, keys have none. The three products call no module.
  const own = (part: string, shape: readonly number[], init: Parameter['init']): Parameter => ({
    name: `${name}.attn.${part}`,
    shape,
    init,
    unseen: true,
  });
  return [
    ...layerNorm(`${name}.norm1`, width),
    own('q_bias', [width], ZERO),
    own('v_bias', [width], ZERO),
    own('qkv.weight', [3 * width, width], DRAWN),
    ...linear(`${name}.attn.proj`, width, width),
    ...layerNorm(`${name}.norm2`, width),
    ...linear(`${name}.mlp.fc1`, mlpRatio * width, width),
    ...linear(`${name}.mlp.fc2`, width, mlpRatio * width),
  ];
}

/** Every parameter of a VideoMAE for fine-tuning, named and ordered as in the authors' state dict. Its positions are computed. */
export function videomaeParameters(config: VideomaeConfig): Parameter[] {
  const { width, tubelet, patch, layers, outputs } = config;
  return [
    ...affine('patch_embed.proj', [width, 3, tubelet, patch, patch]),
    ...Array.from({ length: layers }, (_, i) => block(`blocks.${i}`, config)).flat(),
    ...layerNorm('fc_norm', width),
    ...linear('head', outputs, width),
  ];
}
