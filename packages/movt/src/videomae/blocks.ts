import { elementCount } from '@movt/kernels/safetensors';
import type { Parameter } from '../parameters.ts';
import { type Block, wholeBlock } from '../train/graph/blocks.ts';

/** The parts of `qkv.weight` that make queries, keys and values. */
export const QKV = ['q', 'k', 'v'] as const;

/** What a part's block is called. */
export const qkvBlock = (name: string, part: (typeof QKV)[number]) => `${name}.qkv.weight[${part}]`;

/**
 * The blocks of VideoMAE's parameters: each is one, but for `qkv.weight`, whose three parts are products of their own. Queries and values have a
 * bias, and keys none: as a column of zeros of one bias it would have a gradient, which is nothing but rounding, and AdamW would make steps of it.
 */
export function videomaeBlocks({ name, shape }: Parameter): Block[] {
  if (!name.endsWith('.qkv.weight')) return [wholeBlock({ name, shape })];
  const length = elementCount(shape) / QKV.length;
  const layer = name.slice(0, -'.qkv.weight'.length);
  return QKV.map((part, i) => ({ name: qkvBlock(layer, part), length, source: (at) => i * length + at }));
}
