import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import { createRandom, type Random } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkGradient } from '../../testing/check-gradient.ts';
import type { Arrays } from '../../testing/check-kernel.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { drawDraw } from '../dropout/dropout.cases.ts';
import { drawMask } from './attention.cases.ts';
import {
  attentionBackwardReference,
  attentionBackwardStatsReference,
  attentionReference,
} from './attention.reference.ts';
import { type AttentionProblem, attention, attentionLayout } from './attention.ts';
import {
  attentionBackwardKeysCheck,
  attentionBackwardQueriesCheck,
  attentionBackwardStatsCheck,
} from './attention_backward.cases.ts';
import { attentionBackwardKeys, attentionBackwardQueries, attentionBackwardStats } from './attention_backward.ts';

function draw(random: Random, problem: AttentionProblem): Record<string, Float32Array | Uint32Array> {
  const { batch, queries, keys, mask } = problem;
  const { stride } = attentionLayout(problem);
  return {
    q: random.normal(batch * queries * stride.q),
    k: random.normal(batch * keys * stride.k),
    v: random.normal(batch * keys * stride.v),
    ...(mask && { mask: drawMask(random, problem) }),
    ...(problem.dropout && { draw: Uint32Array.from(drawDraw(random)) }),
  };
}

const backward = (problem: AttentionProblem, arrays: Arrays) =>
  attentionBackwardReference(problem, { ...arrays, ...attentionBackwardStatsReference(problem, arrays) });

const common = { heads: 2, lse: true };
checkGradient<AttentionProblem>({
  name: 'attention',
  problems: [
    { ...common, batch: 2, queries: 3, keys: 5, headDim: 3, mask: false, layout: 'separate' },
    { ...common, batch: 4, queries: 3, keys: 4, headDim: 2, mask: true, layout: 'packed_kv' },
    { ...common, batch: 4, queries: 3, keys: 3, headDim: 4, mask: true, layout: 'packed_qkv' },
    { ...common, batch: 1, queries: 1, keys: 1, headDim: 1, mask: false, layout: 'separate' },
    {
      ...common,
      batch: 2,
      queries: 5,
      keys: 7,
      headDim: 3,
      mask: false,
      layout: 'separate',
      dropout: { p: 0.4, layer: 1 },
    },
    {
      ...common,
      batch: 4,
      queries: 6,
      keys: 6,
      headDim: 4,
      mask: true,
      layout: 'packed_qkv',
      dropout: { p: 0.2, layer: 2 },
    },
  ],
  outputs: ['y'],
  inputs: draw,
  forward: attentionReference,
  backward,
});

await checkKernel(attentionBackwardStatsCheck);
await checkKernel(attentionBackwardQueriesCheck);
await checkKernel(attentionBackwardKeysCheck);

test('attention and its backward, one packed gradient, the same bits twice', async () => {
  const context = await testContext();
  const problem: AttentionProblem = {
    batch: 4,
    queries: 35,
    keys: 35,
    heads: 2,
    headDim: 12,
    mask: true,
    layout: 'packed_qkv',
    lse: true,
    dropout: { p: 0.2, layer: 3 },
  };
  const { batch, queries, heads, headDim } = problem;
  const seed = (Math.random() * 2 ** 32) >>> 0;
  const random = createRandom(seed);
  const { q: qkv, mask, draw: drawn } = draw(random, problem);
  const dy = random.normal(qkv.length / 3);

  const builder = createPlan(context, 'attention and its backward');
  const given = { qkv, mask, dy, draw: drawn };
  const [packed, seen, dyIn, drawIn] = Object.entries(given).map(([name, { length }]) => builder.input(name, length));
  const operands = { q: packed, k: packed, v: packed, mask: seen, draw: drawIn };
  const y = builder.tensor('y', dy.length);
  const lse = builder.tensor('lse', batch * heads * queries);
  const stats = builder.tensor('stats', 2 * batch * heads * queries);
  const dqkv = builder.tensor('dqkv', qkv.length);
  builder.dispatch(attention, problem, { ...operands, y, lse });
  builder.dispatch(attentionBackwardStats, problem, { y, dy: dyIn, lse, stats });
  builder.dispatch(attentionBackwardQueries, problem, { ...operands, dy: dyIn, stats, dq: dqkv });
  builder.dispatch(attentionBackwardKeys, problem, { ...operands, dy: dyIn, stats, dk: dqkv });
  builder.output('dqkv', dqkv);
  const plan = await builder.build();
  const actual = await plan.run(given);
  const again = await plan.run(given);
  await plan.destroy();

  const inputs = { q: qkv, k: qkv, v: qkv, mask, dy, draw: drawn };
  const { dq, dk, dv } = backward(problem, { ...inputs, ...attentionReference(problem, inputs) });
  const expected = dq.map((value, i) => value + dk[i] + dv[i]);
  assertClose(actual.dqkv, expected, { rtol: 1e-5, atol: 2e-5 }, `dqkv seed ${seed}`);
  assert.equal(again.dqkv, actual.dqkv);
  // The third batch element sees no key: its gradients are zeros, not nearly so.
  const clip = 3 * queries * heads * headDim;
  assert.ok(actual.dqkv.subarray(2 * clip, 3 * clip).every((value) => value === 0));
});

test.run();
