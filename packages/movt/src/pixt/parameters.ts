import { type Parameter, trunkParameters } from '../parameters.ts';
import type { PixtConfig } from './config.ts';

/** Red, green and blue. */
export const COLOURS = 3;

/**
 * Every parameter of a PixT, in state-dict order, named as MovT's but for the position branch. The embedding starts as **(chosen)** what a Linear
 * of its width would, not as torch.nn.Embedding: rows of deviation 1 would drown E_M.
 */
export function pixtParameters(config: PixtConfig): Parameter[] {
  const { points, dim } = config;
  const embedding: Parameter = {
    name: 'position.embedding',
    shape: [points, dim],
    init: { uniform: 1 / Math.sqrt(dim) },
    unseen: true,
  };
  return trunkParameters(config, COLOURS, [embedding]);
}
