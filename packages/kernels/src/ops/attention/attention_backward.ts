import type { AdapterTraits } from '../../runtime/context.ts';
import { type Binding, defineKernel, linearGrid, type Variant } from '../../runtime/kernel.ts';
import {
  type AttentionProblem,
  attentionLayout,
  attentionParams,
  checkAttentionProblem,
  commonFlags,
  commonSource,
  drawBinding,
} from './attention.ts';
import backwardOperands from './attention_backward_operands.wgsl';
import registers from './attention_backward_registers.wgsl';
import statsSource from './attention_backward_stats.wgsl';
import tiles from './attention_backward_tiles.wgsl';
import tile from './attention_tile.wgsl';

/** The problem of the forward call whose gradients are asked for; that one has to have written `lse`. */
export type AttentionBackwardProblem = Omit<AttentionProblem, 'lse'>;

const querySize = ({ batch, queries, heads, headDim }: AttentionBackwardProblem) => batch * queries * heads * headDim;
const queryLength = (problem: AttentionBackwardProblem) =>
  problem.batch * problem.queries * attentionLayout(problem).stride.q;
const keyLength = (problem: AttentionBackwardProblem) =>
  problem.batch * problem.keys * attentionLayout(problem).stride.k;
const statsLength = ({ batch, heads, queries }: AttentionBackwardProblem) => 2 * batch * heads * queries;

/**
 * First of attention's backward dispatches: from y, dy [B·Nq,E] and lse [B,H,Nq], as the forward form wrote them, to
 * stats [B,H,Nq,2], which the two others read: lse in powers of 2, and dy·y.
 */
export const attentionBackwardStats = defineKernel<AttentionBackwardProblem>({
  name: 'attention_backward_stats',
  bindings: [
    { name: 'y', access: 'read', length: querySize },
    { name: 'dy', access: 'read', length: querySize },
    { name: 'lse', access: 'read', length: (problem) => statsLength(problem) / 2 },
    { name: 'stats', access: 'read_write', length: statsLength },
  ],
  params: ({ batch, queries, heads, headDim }) => [batch, queries, heads, headDim].map((u32) => ({ u32 })),
  variant: ({ batch, queries, heads }, { software }) => {
    const WORKGROUP_SIZE = software ? 8 : 64;
    return {
      source: statsSource,
      overrides: { WORKGROUP_SIZE },
      workgroups: linearGrid(Math.ceil((batch * queries * heads) / WORKGROUP_SIZE)),
    };
  },
  flops: ({ batch, queries, heads, headDim }) => batch * queries * heads * (2 * headDim + 1),
  macs: querySize,
});

/** What the two dispatches below read. */
const inputs: Binding<AttentionBackwardProblem>[] = [
  { name: 'q', access: 'read', length: queryLength },
  { name: 'k', access: 'read', length: keyLength },
  { name: 'v', access: 'read', length: keyLength },
  { name: 'mask', access: 'read', type: 'u32', length: ({ batch, keys, mask }) => (mask ? batch * keys : 0) },
  { name: 'dy', access: 'read', length: querySize },
  { name: 'stats', access: 'read', length: statsLength },
];

/** Bytes that must move: q, k, v, dy, stats and the mask once each, and `written` rows of E. */
const movedBytes = (problem: AttentionBackwardProblem, written: number) => {
  const { batch, queries, keys, heads, headDim, mask } = problem;
  const rows = 2 * queries + 2 * keys + written;
  return 4 * (batch * rows * heads * headDim + statsLength(problem) + (mask ? batch * keys : 0));
};

/** Of a pair of query and key: two products and `sums` more. */
const pairMacs = ({ batch, heads, queries, keys, headDim }: AttentionBackwardProblem, sums: number) =>
  batch * heads * queries * keys * (2 + sums) * headDim;

/** Of a pair beside these: 5 for p and 2 for ds; the mask, of dy·v and, for keys, of p. */
const pairFlops = (problem: AttentionBackwardProblem, sums: number) => {
  const { batch, heads, queries, keys, dropout } = problem;
  return 2 * pairMacs(problem, sums) + batch * heads * queries * keys * (7 + (dropout ? sums : 0));
};

/**
 * Gradient of attention with respect to q. Scores are computed anew: Nq × Nk is never in memory.
 * dy [B·Nq,E], stats of attentionBackwardStats, q, k, v and mask as in the forward form → dq, laid out like q.
 * With `packed_qkv` dq is the whole gradient [B·N,3E], of which only the first E columns are written. Zeros for a query whose keys are
 * all masked.
 */
export const attentionBackwardQueries = defineKernel<AttentionBackwardProblem>({
  name: 'attention_backward_queries',
  bindings: [...inputs, { name: 'dq', access: 'read_write', length: queryLength }, drawBinding],
  params: attentionParams,
  variant: (problem, traits) => variant(problem, traits, false),
  flops: (problem) => pairFlops(problem, 1),
  macs: (problem) => pairMacs(problem, 1),
  bytes: (problem) => movedBytes(problem, problem.queries),
});

/**
 * Gradients of attention with respect to k and v; see attentionBackwardQueries.
 * → dk and dv [B·Nk,E] where `layout` is separate. Where k and v are packed so are their gradients: dk is the whole tensor, [B·Nk,2E] or
 * [B·N,3E], of which the columns of keys and values are written, and dv is not bound. Zeros for a masked key.
 */
export const attentionBackwardKeys = defineKernel<AttentionBackwardProblem>({
  name: 'attention_backward_keys',
  bindings: [
    ...inputs,
    { name: 'dk', access: 'read_write', length: keyLength },
    { name: 'dv', access: 'read_write', length: (problem) => (problem.layout === 'separate' ? keyLength(problem) : 0) },
    drawBinding,
  ],
  params: attentionParams,
  variant: (problem, traits) => variant(problem, traits, true),
  flops: (problem) => pairFlops(problem, 2),
  macs: (problem) => pairMacs(problem, 2),
  bytes: (problem) => movedBytes(problem, 2 * problem.keys),
});

function variant(problem: AttentionBackwardProblem, traits: AdapterTraits, KEYS: boolean): Variant {
  checkAttentionProblem(problem);
  const { batch, heads, queries, keys, layout } = problem;
  const { software, subgroupSize } = traits;
  const workgroups = (rows: number) => linearGrid(batch * heads * Math.ceil((KEYS ? keys : queries) / rows));
  const common = commonSource(problem);
  const flags = { ...commonFlags(problem), KEYS, SEPARATE: layout === 'separate' };
  if (!software) return { source: common + backwardOperands + tile + tiles, flags, workgroups: workgroups(32) };
  const SUBGROUPS = subgroupSize === 4 || subgroupSize === 8;
  const WORKGROUP_SIZE = SUBGROUPS ? subgroupSize : 8;
  return {
    source: (SUBGROUPS ? 'enable subgroups;\n' : '') + common + backwardOperands + registers,
    flags: { ...flags, SUBGROUPS, LANES_4: subgroupSize === 4, LANES_8: subgroupSize === 8 },
    overrides: { WORKGROUP_SIZE },
    workgroups: workgroups(4 * WORKGROUP_SIZE),
  };
}
