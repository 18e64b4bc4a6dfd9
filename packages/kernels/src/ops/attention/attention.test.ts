import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AdapterTraits } from '../../runtime/context.ts';
import { createPlan } from '../../runtime/plan.ts';
import { createRandom } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { attentionCheck } from './attention.cases.ts';
import { attentionMaskReference, attentionReference } from './attention.reference.ts';
import { type AttentionProblem, attention } from './attention.ts';

await checkKernel(attentionCheck);

// More than 65,535 workgroups; without the shader for GPUs, which needs minutes for so many on a software adapter.
await checkKernel({
  ...attentionCheck,
  kernel: { ...attention, variant: (problem, traits) => attention.variant(problem, { ...traits, software: true }) },
  cases: [{ problem: { batch: 8192, queries: 1, keys: 2, heads: 9, headDim: 4, mask: false, layout: 'separate' } }],
});

const SMALL: AttentionProblem = {
  batch: 2,
  queries: 33,
  keys: 35,
  heads: 2,
  headDim: 32,
  mask: false,
  layout: 'separate',
};

// Whole numbers, so that q·k is exact: scores of 10,000 and more, which overflow exp() unless their maximum is subtracted.
const wholeNumbers =
  (scale: number) =>
  (random: ReturnType<typeof createRandom>, { batch, queries, keys, heads, headDim }: AttentionProblem) =>
    random.normal(batch * Math.max(queries, keys) * heads * headDim).map((x) => Math.round(x * scale));
await checkKernel({
  ...attentionCheck,
  kernel: { ...attention, name: 'attention of large scores' },
  draw: { q: wholeNumbers(1000), k: wholeNumbers(10) },
  cases: [{ problem: { ...SMALL, keys: SMALL.queries } }],
});

// NaN in the first query and infinity in the last value stay where arithmetic takes them: padding spreads neither.
await checkKernel({
  ...attentionCheck,
  kernel: { ...attention, name: 'attention of NaN and infinity' },
  draw: {
    q: (random, { batch, queries, heads, headDim }) =>
      random.uniform(batch * queries * heads * headDim, -1, 1).fill(Number.NaN, 0, 1),
    v: (random, { batch, keys, heads, headDim }) =>
      random.normal(batch * keys * heads * headDim).fill(Number.POSITIVE_INFINITY, -1),
  },
  cases: [{ problem: SMALL }],
});

test('attention reads q, k and v out of one buffer', async () => {
  const context = await testContext();
  const problem: AttentionProblem = { ...SMALL, keys: SMALL.queries, layout: 'packed_qkv' };
  const length = problem.batch * problem.queries * 3 * problem.heads * problem.headDim;
  const qkv = createRandom(Math.floor(Math.random() * 2 ** 32)).normal(length);
  const builder = createPlan(context, 'packed attention');
  const packed = builder.input('qkv', length);
  const y = builder.tensor('y', length / 3);
  builder.dispatch(attention, problem, { q: packed, k: packed, v: packed, y });
  builder.output('y', y);
  const plan = await builder.build();
  const answer = await plan.run({ qkv });
  await plan.destroy();
  assertClose(answer.y!, attentionReference(problem, { q: qkv, k: qkv, v: qkv }).y!, { rtol: 1e-5, atol: 1e-5 }, 'y');
});

test('weights are dropped at the rate asked for, and not by one another', () => {
  const dropout = { p: 0.2, layer: 4 };
  const problem: AttentionProblem = { ...SMALL, queries: 40, keys: 60, dropout };
  const mask = attentionMaskReference(problem, { draw: [3, 4] });
  const dropped = (i: number) => (mask[i] === 0 ? 1 : 0);
  const share = (count: (i: number) => number) => mask.reduce((sum, _, i) => sum + count(i), 0) / mask.length;
  // 9,600 weights: a standard error of 0.004 of each share.
  assert.ok(Math.abs(share(dropped) - 0.2) < 0.02);
  for (const distance of [1, 2, 4, problem.keys, 2 * problem.keys]) {
    const both = share((i) => dropped(i) * dropped((i + distance) % mask.length));
    assert.ok(Math.abs(both - 0.04) < 0.01, `${both} of those ${distance} apart`);
  }
  assert.ok(Math.abs(mask.reduce((sum, factor) => sum + factor, 0) / mask.length - 1) < 0.025);
});

test('attention refuses heads beyond its accumulators and packed cross-attention', () => {
  const traits: AdapterTraits = { software: false, subgroupSize: 0, f16: false, timestamps: false };
  assert.throws(() => attention.variant({ ...SMALL, headDim: 129 }, traits), /heads of 129, need 1 to 128/);
  assert.throws(() => attention.variant({ ...SMALL, layout: 'packed_qkv' }, traits), /33 queries and 35 keys/);
});

test.run();
