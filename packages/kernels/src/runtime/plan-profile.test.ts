import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countObjects } from '../testing/count-objects.ts';
import { ITERATED, iterate } from '../testing/iterate.ts';
import { testContext } from '../testing/test-context.ts';
import type { GpuContext } from './context.ts';
import { createPlan } from './plan.ts';
import type { Granularity } from './plan-profile.ts';

/** Three dispatches, the second by far the longest. */
function planThree(context: GpuContext) {
  const builder = createPlan(context, 'three');
  let x = builder.input('x', ITERATED);
  for (const [i, rounds] of [1, 50_000, 1].entries()) {
    const y = builder.tensor(`y${i}`, ITERATED);
    builder.dispatch(iterate, { rounds }, { x, y }, `step ${i}`);
    x = y;
  }
  builder.output('y', x);
  return builder.build();
}

const inputs = { x: Float32Array.from({ length: ITERATED }, (_, i) => i / ITERATED) };

for (const granularity of ['plan', 'dispatch'] satisfies Granularity[]) {
  test(`profiled by ${granularity}, a run answers the same, and its parts fit together`, async () => {
    const context = await testContext();
    if (!context.traits.timestamps) throw new Error('no timestamp-query here: there is nothing to check');
    const plan = await planThree(context);
    const plain = await plan.run(inputs);
    const live = context.liveBytes;
    const { results, stages, gpu = [], clock, note } = await plan.profile(inputs, granularity);
    assert.equal(results, plain);
    assert.is(context.liveBytes, live, 'bytes left behind');
    assert.is(note, undefined);
    assert.equal(
      stages.map(({ name }) => name),
      ['upload', 'encode', 'submit', 'wait', 'read back'],
    );
    for (const [i, { start, end }] of stages.entries()) {
      assert.ok(start <= end);
      if (i > 0) assert.is(start, stages[i - 1].end);
    }
    assert.equal(
      gpu.map(({ name }) => name),
      granularity === 'plan' ? ['three'] : ['step 0', 'step 1', 'step 2'],
    );
    const slack = clock!.uncertaintyMs + 1e-3;
    let time = stages[2].start - slack;
    for (const { start, end } of gpu) {
      assert.ok(time <= start && start <= end, JSON.stringify({ stages, gpu }));
      time = end;
    }
    assert.ok(time <= stages[3].end + slack, JSON.stringify({ stages, gpu }));
    await plan.destroy();
  });
}

test('each dispatch gets its own time: the long one is the longest', async () => {
  const plan = await planThree(await testContext());
  await plan.run(inputs); // software adapters compile in it
  const least = [Infinity, Infinity, Infinity];
  // The least of a few, since a busy machine may stop a short one in its middle.
  for (let run = 0; run < 4; run++) {
    const { gpu = [] } = await plan.profile(inputs, 'dispatch');
    for (const [i, { start, end }] of gpu.entries()) least[i] = Math.min(least[i], end - start);
  }
  assert.ok(least[1] > least[0] && least[1] > least[2], `${least} ms`);
  await plan.destroy();
});

test('runs before, between and after profiles create no GPU object', async () => {
  const context = await testContext();
  const plan = await planThree(context);
  const plain = await plan.run(inputs);
  await Promise.all([plan.profile(inputs, 'dispatch'), plan.run(inputs), plan.profile(inputs, 'plan')]);
  const objects = countObjects(context.device);
  for (let run = 0; run < 3; run++) assert.equal(await plan.run(inputs), plain);
  assert.is(objects.count, 0);
  await plan.destroy();
});

test('without timestamps there are the stages, and a note', async () => {
  const context = await testContext();
  const traits = { ...context.traits, timestamps: false };
  const plan = await planThree(Object.create(context, { traits: { value: traits } }));
  const { results, stages, gpu, note } = await plan.profile(inputs, 'dispatch');
  assert.equal(results, await plan.run(inputs));
  assert.is(stages.length, 5);
  assert.is(gpu, undefined);
  assert.match(note!, /no timestamps/);
  await plan.destroy();
});

test('a profile that fails leaves nothing behind, and the plan runs on', async () => {
  const context = await testContext();
  const plan = await planThree(context);
  const live = context.liveBytes;
  try {
    await plan.profile({ x: new Float32Array(1) }, 'dispatch');
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'bad_input', String(error));
  }
  assert.is(context.liveBytes, live);
  await plan.run(inputs);
  await plan.destroy();
});

test.run();
