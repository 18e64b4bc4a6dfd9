import { affine, layerNorm, type Parameter } from '../parameters.ts';
import type { VideomaeConfig } from './config.ts';

const ZERO = { constant: 0 };
/**
 * Xavier's uniform distribution, as the authors begin their pre-training. Their fine-tuning draws with a deviation of 0.02 instead, for it keeps none
 * of it but the head; from such small weights a narrow model does not get going.
 */
const xavier = (outputs: number, inputs: number) => ({ uniform: Math.sqrt(6 / (outputs + inputs)) });

function linear(name: string, outputs: number, inputs: number): Parameter[] {
  const [weight, bias] = affine(name, [outputs, inputs], ZERO);
  return [{ ...weight, init: xavier(outputs, inputs) }, bias];
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
    own('qkv.weight', [3 * width, width], xavier(3 * width, width)),
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
