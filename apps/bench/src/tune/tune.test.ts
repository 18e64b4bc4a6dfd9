import { defineKernel } from '@movt/kernels';
import { type KernelCheck, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tune } from './tune.ts';

interface Problem {
  readonly length: number;
}

/** y = x + 1, after ROUNDS of work that come to nothing; OFF makes it wrong, and SIZE a workgroup that no device takes. */
const idle = defineKernel<Problem>({
  name: 'idle',
  bindings: [
    { name: 'x', access: 'read', length: ({ length }) => length },
    { name: 'y', access: 'read_write', length: ({ length }) => length },
  ],
  params: ({ length }) => [{ u32: length }],
  variant: ({ length }, { tuned }) => {
    const { ROUNDS = 2000, OFF = 0, SIZE = 64 } = tuned?.[`idle ${length}`] ?? {};
    return {
      source: `
override ROUNDS: u32;
override OFF: u32;
override SIZE: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> length: u32;
@compute @workgroup_size(SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= length) { return; }
  var sum = x[id.x];
  for (var i = 0u; i < ROUNDS; i++) { sum = sum * 0.5 + x[(id.x + i) % length] * 0.5; }
  y[id.x] = x[id.x] + 1 + f32(OFF) + select(0.0, 1.0, sum == 12345.0);
}`,
      overrides: { ROUNDS, OFF, SIZE },
      workgroups: [Math.ceil(length / 64), 1, 1],
    };
  },
  tuning: {
    key: ({ length }) => String(length),
    parameters: () => ({ ROUNDS: [200, 2000, 4000], OFF: [0, 1], SIZE: [64, 128, 100000] }),
    allows: ({ SIZE }) => SIZE !== 128,
  },
  flops: ({ length }) => length,
});

const check: KernelCheck<Problem> = {
  kernel: idle,
  reference: (_, { x }) => ({ y: Array.from(x, (value) => value + 1) }),
  cases: [],
};
const subject = { kernel: idle, problem: { length: 1000 }, check };
const options = { strategy: 'all', seed: 1, budgetMs: 60_000, top: 1, margin: 0.03, log: () => {} } as const;

test('the fastest that is right wins; the wrong and the impossible are listed, the restricted are not tried', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const { winner, finalists, failures, combinations, restricted, looked_at, name } = await tune(
    context,
    subject,
    options,
  );
  assert.equal(winner, { ROUNDS: 200, OFF: 0, SIZE: 64 });
  assert.is(name, 'idle 1000');
  assert.is(finalists[0].verdict, 'FASTER');
  assert.ok(finalists[0].ci95[1] < 1);
  assert.equal([combinations, restricted], [18, 6]);
  // All that are allowed but the one that it takes anyway.
  assert.is(looked_at, 11);
  const wrong = failures.filter(({ message }) => message.startsWith('wrong'));
  assert.equal(
    wrong.map(({ values }) => [values.ROUNDS, values.OFF, values.SIZE]),
    [200, 2000, 4000].map((rounds) => [rounds, 1, 64]),
  );
  assert.is(failures.filter(({ values }) => values.SIZE === 100000).length, 6);
  assert.is(context.liveBytes, before);
});

test('where the current choice is the best, nothing wins', async () => {
  const context = await testContext();
  const tuned = { 'idle 1000': { ROUNDS: 200, OFF: 0, SIZE: 64 } };
  const { winner, hopeless } = await tune(
    Object.create(context, { traits: { value: { ...context.traits, tuned } } }),
    subject,
    options,
  );
  assert.is(winner, null);
  assert.is(hopeless, 2, 'ten and twenty times the work is not measured at length');
});

test('a current choice that is wrong is an error: there is nothing to compare with', async () => {
  const context = await testContext();
  const off = { ...check, reference: () => ({ y: new Array(1000).fill(0) }) };
  try {
    await tune(context, { ...subject, check: off }, options);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'its current choice is wrong');
  }
});

test.run();
