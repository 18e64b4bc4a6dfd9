import { badInput } from '@movt/kernels';
import { initialWeights, type Weights } from '../init.ts';
import { type ModelConfig, parseModelConfig } from '../models.ts';
import type { FusionConfig } from './config.ts';
import { BRANCHES, type Branch } from './parameters.ts';

/** Beginnings of the names of parameters that a fusion's variant keeps as they are: a trainer's `frozen`. */
export function fusionFrozen({ variant }: FusionConfig): string[] {
  return variant === 2 ? BRANCHES.map((branch) => `${branch}.`) : [];
}

/** A branch that was trained by itself. */
export interface TrainedBranch {
  readonly config: ModelConfig;
  readonly weights: Weights;
}

/**
 * The weights of a fusion before its first step. Variant 1 has none of others'; 2 and 3 begin with those of the branches, and with a head that is
 * half the sum of both heads: until the cross-attention has learned something, the logits are those of a late fusion by 0.5 and 0.5.
 * @param seed draws what is new
 * @throws MovtError bad_input where a variant lacks its branches or has some that it has no use for, and for a branch of another configuration
 */
export function fusionWeights(
  config: FusionConfig,
  seed: number,
  branches?: Readonly<Record<Branch, TrainedBranch>>,
): Weights {
  const refuse = (given: string, needed: string) => badInput({ action: 'beginning a fusion', given, needed });
  const weights = initialWeights(config, seed);
  if (config.variant === 1) {
    if (branches) throw refuse('trained branches for variant 1', 'none, for what is trained from scratch');
    return weights;
  }
  if (!branches)
    throw refuse(`no branches for variant ${config.variant}`, 'a trained MovT or PixT and a trained VideoMAE');

  for (const name of BRANCHES) {
    const branch = branches[name];
    const [given, needed] = [branch.config, config[name]].map((own) => JSON.stringify(parseModelConfig(own, name)));
    if (given !== needed) throw refuse(`a branch ${name} of ${given}`, `one of ${needed}`);
    for (const [inner, values] of branch.weights) {
      if (!inner.startsWith('head.')) weights.set(`${name}.${inner}`, values.slice());
    }
  }
  const { movt, videomae } = branches;
  const widths = [config.movt.width, config.videomae.width];
  const heads = [movt, videomae].map(({ weights }) => weights.get('head.weight')!);
  const width = widths[0] + widths[1];
  const weight = new Float32Array(config.outputs * width);
  for (let output = 0; output < config.outputs; output++) {
    for (const [i, head] of heads.entries()) {
      const first = output * width + i * widths[0];
      for (let c = 0; c < widths[i]; c++) weight[first + c] = head[output * widths[i] + c] / 2;
    }
  }
  const [a, b] = [movt, videomae].map(({ weights }) => weights.get('head.bias')!);
  weights.set('head.weight', weight);
  return weights.set(
    'head.bias',
    a.map((value, i) => (value + b[i]) / 2),
  );
}
