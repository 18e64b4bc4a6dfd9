import type { Random } from '../../runtime/random.ts';
import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { drawDraw } from '../dropout/dropout.cases.ts';
import { attentionReference } from './attention.reference.ts';
import { type AttentionProblem, attention } from './attention.ts';

const problem = (sizes: Partial<AttentionProblem> & { tokens?: number }): AttentionProblem => {
  const { tokens = 1, ...rest } = sizes;
  return { batch: 1, queries: tokens, keys: tokens, heads: 1, headDim: 32, mask: false, layout: 'separate', ...rest };
};

/** Sizes at which tiles, blocks and lanes are full, or have one too few or too many. */
const EDGES: KernelCase<AttentionProblem>[] = [1, 2, 7, 31, 32, 33, 60, 64, 65, 250].map((tokens) => ({
  problem: problem({ tokens, heads: 2 }),
}));

/** Every structure of the shaders: masks, packed operands, vec4s or not, one to four accumulators. */
const PATHS: KernelCase<AttentionProblem>[] = [
  { problem: problem({ batch: 2, tokens: 33, heads: 3 }) },
  { problem: problem({ batch: 4, queries: 9, keys: 41, heads: 2, mask: true }) },
  { problem: problem({ batch: 5, queries: 35, keys: 34, heads: 2, headDim: 5, mask: true, layout: 'packed_kv' }) },
  { problem: problem({ batch: 2, tokens: 35, heads: 2, headDim: 48, layout: 'packed_qkv' }) },
  { problem: problem({ batch: 2, queries: 37, keys: 66, heads: 2, headDim: 127 }) },
  { problem: problem({ batch: 4, queries: 35, keys: 41, heads: 2, headDim: 20, mask: true, lse: true }) },
  { problem: problem({ queries: 1, keys: 1, headDim: 4, dropout: { p: 0.5, layer: 0 } }) },
  { problem: problem({ batch: 4, queries: 35, keys: 41, heads: 2, mask: true, dropout: { p: 0.3, layer: 1 } }) },
  {
    problem: problem({
      batch: 2,
      tokens: 33,
      heads: 3,
      headDim: 5,
      layout: 'packed_qkv',
      dropout: { p: 0.1, layer: 2 },
    }),
  },
];

/** Which keys are seen, batch element by batch element: some at random, one only, none, all, and so on. */
export function drawMask(random: Random, { batch, keys }: Pick<AttentionProblem, 'batch' | 'keys'>): Uint32Array {
  const mask = new Uint32Array(batch * keys);
  for (let b = 0; b < batch; b++) {
    const one = random.integer(0, keys - 1);
    for (let j = 0; j < keys; j++) mask[b * keys + j] = [random.integer(0, 1), j === one ? 1 : 0, 0, 1][b % 4];
  }
  return mask;
}

export const attentionCheck: KernelCheck<AttentionProblem> = {
  kernel: attention,
  reference: attentionReference,
  draw: {
    mask: drawMask,
    draw: drawDraw,
  },
  cases: [
    ...EDGES,
    ...PATHS,
    { problem: problem({ batch: 3, queries: 4, keys: 7, headDim: 1, mask: true }) },
    { problem: problem({ tokens: 1000 }) },
    { problem: problem({ queries: 5, keys: 4096, heads: 2 }) },
    // movt-base for one clip and for 32, its size for VB100, a head of VideoMAE at 16 frames.
    { problem: problem({ tokens: 60, heads: 8, layout: 'packed_qkv' }), bench: true },
    {
      problem: problem({ batch: 32, tokens: 60, heads: 8, layout: 'packed_qkv' }),
      bench: true,
      chosenVariantOnly: true,
    },
    {
      problem: problem({
        batch: 32,
        tokens: 60,
        heads: 8,
        layout: 'packed_qkv',
        lse: true,
        dropout: { p: 0.1, layer: 1 },
      }),
      bench: true,
      chosenVariantOnly: true,
    },
    {
      problem: problem({ batch: 4, tokens: 256, heads: 8, mask: true, layout: 'packed_qkv' }),
      bench: true,
      chosenVariantOnly: true,
    },
    { problem: problem({ tokens: 1568, headDim: 64, layout: 'packed_qkv' }), bench: true, chosenVariantOnly: true },
  ],
};
