import { type AdapterTraits } from '../../runtime/context.ts';
import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import operands from './attention_operands.wgsl';
import registers from './attention_registers.wgsl';
import tiles from './attention_tiles.wgsl';

/** Sizes of one call of attention, and where its operands lie. */
export interface AttentionProblem {
  readonly batch: number;
  /** Nq and Nk, the tokens of a batch element on either side. */
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  /** D, 1 to 128; multiples of 4 are fast. */
  readonly headDim: number;
  /** Reads `mask` [B,Nk], 1 = attend. */
  readonly mask: boolean;
  /**
   * How rows are packed, E = heads·headDim:
   * `separate`: q [B·Nq,E], k [B·Nk,E], v [B·Nk,E];
   * `packed_kv`: q [B·Nq,E], and [B·Nk,2E] with k before v, bound as k and as v;
   * `packed_qkv`: [B·N,3E] with q, k, v in that order, bound three times (self-attention: Nq = Nk).
   */
  readonly layout: 'separate' | 'packed_kv' | 'packed_qkv';
}

/** Elements from one row to the next, and the first column, of q, k and v. */
export function attentionColumns({ heads, headDim, layout }: AttentionProblem) {
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

const QUERIES_PER_THREAD = 4;
const LANES = 8;
const groupsOf = ({ batch, heads, queries }: AttentionProblem) => batch * heads * Math.ceil(queries / (QUERIES_PER_THREAD * LANES));

export const attention = defineKernel<AttentionProblem>({
  name: 'attention',
  bindings: [
    { name: 'q', access: 'read', length: (problem) => problem.batch * problem.queries * attentionColumns(problem).stride.q },
    { name: 'k', access: 'read', length: (problem) => problem.batch * problem.keys * attentionColumns(problem).stride.k },
    { name: 'v', access: 'read', length: (problem) => problem.batch * problem.keys * attentionColumns(problem).stride.v },
    { name: 'mask', access: 'read', type: 'u32', length: ({ batch, keys, mask }) => (mask ? batch * keys : 0) },
    { name: 'y', access: 'read_write', length: ({ batch, queries, heads, headDim }) => batch * queries * heads * headDim },
  ],
  params: (problem) => {
    const { stride, offset } = attentionColumns(problem);
    return [
      { u32: groupsOf(problem) },
      { u32: problem.queries },
      { u32: problem.keys },
      { u32: problem.heads },
      { u32: stride.q },
      { u32: stride.k },
      { u32: stride.v },
      { u32: offset.q },
      { u32: offset.k },
      { u32: offset.v },
      { u32: problem.headDim },
      { f32: Math.LOG2E / Math.sqrt(problem.headDim) },
    ];
  },
  variant: (problem, traits) => variant(problem, traits),
  flops: ({ batch, heads, queries, keys, headDim }) => batch * heads * queries * keys * 4 * headDim,
});

function variant(problem: AttentionProblem, { software, subgroupSize }: AdapterTraits) {
  const { headDim, mask } = problem;
  const SUBGROUPS = software && [4, 8].includes(subgroupSize);
  const flags = { VEC4: headDim % 4 === 0, MASK: mask, LANES_4: subgroupSize === 4, LANES_8: subgroupSize === 8, HEAD_UP_TO_32: headDim <= 32, HEAD_UP_TO_64: headDim <= 64, HEAD_OVER_32: headDim > 32, HEAD_OVER_64: headDim > 64 };
  return { source: (SUBGROUPS ? 'enable subgroups;\n' : '') + operands + (software ? registers : tiles), flags, overrides: software ? { WORKGROUP_SIZE: LANES } : {}, workgroups: linearGrid(groupsOf(problem)) };
}
