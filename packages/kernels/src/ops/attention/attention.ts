import type { AdapterTraits } from '../../runtime/context.ts';
import { badInput } from '../../runtime/errors.ts';
import { type Binding, defineKernel, linearGrid, type Param, type Variant } from '../../runtime/kernel.ts';
import { type Dropout, dropoutMask, dropoutParams } from '../dropout/dropout_mask.ts';
import dropoutSource from './attention_dropout.wgsl';
import operands from './attention_operands.wgsl';
import registers from './attention_registers.wgsl';
import softmax from './attention_softmax.wgsl';
import tile from './attention_tile.wgsl';
import tiles from './attention_tiles.wgsl';

/** Sizes of one call of attention, and how its operands are packed. E is heads·headDim. */
export interface AttentionProblem {
  readonly batch: number;
  /** Nq, tokens that ask. */
  readonly queries: number;
  /** Nk, tokens that are looked at. */
  readonly keys: number;
  readonly heads: number;
  /** D, 1 to 128. Multiples of 4 are read as vec4s. */
  readonly headDim: number;
  /** Whether `mask` [B,Nk] tells which keys are seen (1) and which are not (0). */
  readonly mask: boolean;
  /**
   * - `separate`: q [B·Nq,E], k [B·Nk,E], v [B·Nk,E].
   * - `packed_kv`: q [B·Nq,E]; k and v are one tensor [B·Nk,2E], keys before values, bound under both names.
   * - `packed_qkv`: q, k and v are one tensor [B·N,3E], in that order, bound under all three names; Nq = Nk.
   */
  readonly layout: 'separate' | 'packed_kv' | 'packed_qkv';
  /** Whether `lse` [B,H,Nq] is written too, ln Σ exp(q·k/√D) of each query: what the backward form needs. 0 where no key is seen. */
  readonly lse?: boolean;
  /**
   * Weights that are dropped after the softmax, as torch.nn.MultiheadAttention does in training; `draw` is that of the dropout kernel, and p is
   * rounded to a multiple of 2⁻¹⁶. Of query i and key j in row r = (b·H + h)·⌈Nq/2⌉ + ⌊i/2⌋, word j mod 4 of
   * philox([⌊j/4⌋, draw[1], r, 0], [draw[0], layer]) decides: its upper half for an even i, its lower for an odd one.
   */
  readonly dropout?: Dropout;
}

/** Elements from one row to the next of q, k and v, and the column at which each begins. */
export function attentionLayout({ heads, headDim, layout }: AttentionProblem) {
  const width = heads * headDim;
  switch (layout) {
    case 'separate':
      return { stride: { q: width, k: width, v: width }, offset: { q: 0, k: 0, v: 0 } };
    case 'packed_kv':
      return { stride: { q: width, k: 2 * width, v: 2 * width }, offset: { q: 0, k: 0, v: width } };
    case 'packed_qkv':
      return { stride: { q: 3 * width, k: 3 * width, v: 3 * width }, offset: { q: 0, k: width, v: 2 * width } };
  }
}

/** The dropout of the weights as it is done, half a word deciding. */
export const roundedDropout = ({ p, layer }: Dropout): Dropout => ({ p: Math.round(p * 2 ** 16) / 2 ** 16, layer });

/** The uniform block of every attention shader. */
export function attentionParams(problem: AttentionProblem): Param[] {
  const { stride, offset } = attentionLayout(problem);
  const { batch, queries, keys, heads, headDim, dropout } = problem;
  const sizes = [batch, queries, keys, heads, headDim, stride.q, stride.k, stride.v, offset.q, offset.k, offset.v];
  return [
    ...sizes.map((u32) => ({ u32 })),
    { f32: Math.LOG2E / Math.sqrt(headDim) },
    ...(dropout ? dropoutParams(roundedDropout(dropout)) : []),
  ];
}

/** Seed and number of the draw, for every attention shader that draws; the last of its bindings. */
export const drawBinding: Binding<AttentionProblem> = {
  name: 'draw',
  access: 'read',
  type: 'u32',
  length: ({ dropout }) => (dropout ? 2 : 0),
};

/** The accumulators of all shaders end here. */
const MAX_HEAD_DIM = 128;

/**
 * Multi-head attention, y = softmax(q·kᵀ/√D)·v for each head: self or cross, Nq × Nk never in memory. → y [B·Nq,E]
 *
 * The softmax is online (Milakov and Gimelshein 2018; Dao et al., "FlashAttention", 2022): keys pass by in blocks, sums
 * made under an older maximum are scaled to the newer one. A query whose keys are all masked gets zeros, as from PyTorch's
 * scaled_dot_product_attention since 2.5 (nn.MultiheadAttention before it gives NaN): a padded clip then spoils no other.
 */
export const attention = defineKernel<AttentionProblem>({
  name: 'attention',
  bindings: [
    {
      name: 'q',
      access: 'read',
      length: (problem) => problem.batch * problem.queries * attentionLayout(problem).stride.q,
    },
    {
      name: 'k',
      access: 'read',
      length: (problem) => problem.batch * problem.keys * attentionLayout(problem).stride.k,
    },
    {
      name: 'v',
      access: 'read',
      length: (problem) => problem.batch * problem.keys * attentionLayout(problem).stride.v,
    },
    { name: 'mask', access: 'read', type: 'u32', length: ({ batch, keys, mask }) => (mask ? batch * keys : 0) },
    {
      name: 'y',
      access: 'read_write',
      length: ({ batch, queries, heads, headDim }) => batch * queries * heads * headDim,
    },
    {
      name: 'lse',
      access: 'read_write',
      length: ({ batch, queries, heads, lse }) => (lse ? batch * heads * queries : 0),
    },
    drawBinding,
  ],
  params: attentionParams,
  variant: (problem, traits) => {
    checkAttentionProblem(problem);
    return traits.software ? registersVariant(problem, traits) : tilesVariant(problem);
  },
  // Two products; per score a scaling, a maximum, a subtraction, an exponential, an addition and the mask; a division per element of y.
  flops: ({ batch, heads, queries, keys, headDim, dropout }) =>
    batch * heads * queries * (keys * (4 * headDim + (dropout ? 6 : 5)) + headDim),
  macs: ({ batch, heads, queries, keys, headDim }) => 2 * batch * heads * queries * keys * headDim,
  // q, k, v, y, the mask and the log-sum-exp, each once, whether or not some of them share a tensor.
  bytes: ({ batch, queries, keys, heads, headDim, mask, lse }) =>
    4 * batch * (2 * (queries + keys) * heads * headDim + (mask ? keys : 0) + (lse ? queries * heads : 0)),
});

/** Throws MovtError for a problem that no attention shader can run. */
export function checkAttentionProblem({ headDim, layout, queries, keys }: AttentionProblem): void {
  if (headDim < 1 || headDim > MAX_HEAD_DIM) {
    throw badInput({
      action: 'planning attention',
      given: `heads of ${headDim}`,
      needed: `1 to ${MAX_HEAD_DIM}`,
      fix: 'Use more heads of a smaller size.',
    });
  }
  if (layout === 'packed_qkv' && queries !== keys) {
    throw badInput({
      action: 'planning attention',
      given: `packed_qkv with ${queries} queries and ${keys} keys`,
      needed: 'as many of one as of the other',
      fix: 'Use packed_kv or separate for cross-attention.',
    });
  }
}

/** WGSL that every attention shader needs beside its own. */
export const commonSource = ({ dropout }: AttentionProblem): string =>
  dropout ? operands + dropoutSource + dropoutMask : operands;

/** Flags that the operands and the accumulators of every attention shader need. */
export const commonFlags = ({ headDim, mask, dropout }: AttentionProblem) => ({
  VEC4: headDim % 4 === 0,
  MASK: mask,
  DROPOUT: dropout !== undefined,
  HEAD_OVER_32: headDim > 32,
  HEAD_OVER_64: headDim > 64,
});

function tilesVariant(problem: AttentionProblem): Variant {
  const { batch, heads, queries } = problem;
  const queriesPerWorkgroup = 32;
  return {
    source: commonSource(problem) + softmax + tile + tiles,
    flags: { ...commonFlags(problem), LSE: problem.lse ?? false },
    workgroups: linearGrid(batch * heads * Math.ceil(queries / queriesPerWorkgroup)),
  };
}

function registersVariant(problem: AttentionProblem, { subgroupSize }: AdapterTraits): Variant {
  const { batch, heads, queries } = problem;
  const SUBGROUPS = subgroupSize === 4 || subgroupSize === 8;
  const WORKGROUP_SIZE = SUBGROUPS ? subgroupSize : 8;
  const queriesPerWorkgroup = 4 * WORKGROUP_SIZE;
  return {
    source: (SUBGROUPS ? 'enable subgroups;\n' : '') + commonSource(problem) + softmax + registers,
    flags: {
      ...commonFlags(problem),
      LSE: problem.lse ?? false,
      SUBGROUPS,
      LANES_4: subgroupSize === 4,
      LANES_8: subgroupSize === 8,
    },
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(batch * heads * Math.ceil(queries / queriesPerWorkgroup)),
  };
}
