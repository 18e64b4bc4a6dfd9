import type { Draws, KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { drawDraw } from '../dropout/dropout.cases.ts';
import { drawMask } from './attention.cases.ts';
import { attentionBackwardReference, attentionBackwardStatsReference } from './attention.reference.ts';
import {
  type AttentionBackwardProblem,
  attentionBackwardKeys,
  attentionBackwardQueries,
  attentionBackwardStats,
} from './attention_backward.ts';

const problem = (sizes: Partial<AttentionBackwardProblem> & { tokens?: number }): AttentionBackwardProblem => {
  const { tokens = 1, ...rest } = sizes;
  return { batch: 1, queries: tokens, keys: tokens, heads: 1, headDim: 32, mask: false, layout: 'separate', ...rest };
};

/**
 * Full and partial tiles, blocks and lanes; masks, packed operands, vec4s or not, one to four accumulators. lavapipe
 * takes minutes for the GPU's form of most of them, as it seems to compile it: of those, only the form that the adapter chooses is run.
 */
const cases: KernelCase<AttentionBackwardProblem>[] = [
  { problem: problem({ tokens: 1, headDim: 1 }), chosenVariantOnly: true },
  { problem: problem({ tokens: 33, heads: 3 }) },
  { problem: problem({ batch: 4, queries: 9, keys: 41, heads: 2, mask: true }) },
  {
    problem: problem({ batch: 5, queries: 35, keys: 34, heads: 2, headDim: 5, mask: true, layout: 'packed_kv' }),
    chosenVariantOnly: true,
  },
  { problem: problem({ batch: 2, tokens: 35, heads: 2, headDim: 48, layout: 'packed_qkv' }), chosenVariantOnly: true },
  { problem: problem({ queries: 66, keys: 37, heads: 2, headDim: 127 }), chosenVariantOnly: true },
  {
    problem: problem({ batch: 4, tokens: 31, heads: 2, headDim: 128, mask: true, layout: 'packed_qkv' }),
    chosenVariantOnly: true,
  },
  { problem: problem({ batch: 4, queries: 35, keys: 33, heads: 2, mask: true, dropout: { p: 0.3, layer: 1 } }) },
  {
    problem: problem({
      batch: 2,
      tokens: 37,
      heads: 2,
      headDim: 5,
      layout: 'packed_qkv',
      dropout: { p: 0.1, layer: 2 },
    }),
    chosenVariantOnly: true,
  },
  // movt-base in training.
  { problem: problem({ batch: 32, tokens: 60, heads: 8, layout: 'packed_qkv' }), bench: true, chosenVariantOnly: true },
  {
    problem: problem({ batch: 32, tokens: 60, heads: 8, layout: 'packed_qkv', dropout: { p: 0.1, layer: 1 } }),
    bench: true,
    chosenVariantOnly: true,
  },
];

const draw: Draws<AttentionBackwardProblem> = {
  mask: drawMask,
  draw: drawDraw,
  // About what normal deviates have: weights then are those of a softmax, if not quite one in sum.
  stats: (random, { batch, heads, queries, keys, headDim }) => {
    const near = Math.log2(keys) + Math.LOG2E / 2;
    return random
      .normal(2 * batch * heads * queries)
      .map((value, i) => (i % 2 === 0 ? near + 0.3 * value : Math.sqrt(headDim / keys) * value));
  },
};

export const attentionBackwardStatsCheck: KernelCheck<AttentionBackwardProblem> = {
  kernel: attentionBackwardStats,
  reference: attentionBackwardStatsReference,
  cases,
};

/** Where a packed tensor's other columns are zeros in the reference, a kernel leaves what the draw put there. */
const keep = (drawn: ArrayLike<number>, gradient: Float64Array, stride: number, columns: [number, number]) =>
  gradient.map((value, i) => {
    const column = i % stride;
    return column >= columns[0] && column < columns[1] ? value : drawn[i];
  });

export const attentionBackwardQueriesCheck: KernelCheck<AttentionBackwardProblem> = {
  kernel: attentionBackwardQueries,
  reference: (of, inputs) => {
    const { dq } = attentionBackwardReference(of, inputs);
    const width = of.heads * of.headDim;
    return { dq: keep(inputs.dq, dq, of.layout === 'packed_qkv' ? 3 * width : width, [0, width]) };
  },
  cases,
  draw: {
    ...draw,
    dq: (random, { batch, queries, heads, headDim, layout }) =>
      random.normal(batch * queries * heads * headDim * (layout === 'packed_qkv' ? 3 : 1)),
  },
};

export const attentionBackwardKeysCheck: KernelCheck<AttentionBackwardProblem> = {
  kernel: attentionBackwardKeys,
  reference: (of, inputs) => {
    const { dk, dv } = attentionBackwardReference(of, inputs);
    if (of.layout === 'separate') return { dk, dv };
    const width = of.heads * of.headDim;
    const stride = of.layout === 'packed_qkv' ? 3 * width : 2 * width;
    const both = dk.map((value, i) => value + dv[i]);
    return { dk: keep(inputs.dk, both, stride, [stride - 2 * width, stride]) };
  },
  cases,
  draw: {
    ...draw,
    dk: (random, { batch, keys, heads, headDim, layout }) =>
      random.normal(batch * keys * heads * headDim * { separate: 1, packed_kv: 2, packed_qkv: 3 }[layout]),
  },
};
