import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withTraits } from '../../runtime/context.ts';
import { tunedName } from '../../runtime/kernel.ts';
import { createPlan } from '../../runtime/plan.ts';
import { assertAnswer, createKernelBuffers, pose } from '../../testing/index.ts';
import { testContext } from '../../testing/test-context.ts';
import { matmulCheck } from './matmul.cases.ts';
import { matmul } from './matmul.ts';

const problem = { m: 33, n: 70, k: 36, bias: true };
const tuning = matmul.tuning!;
const gpu = { software: false, subgroupSize: 0, f16: false, timestamps: false };
const tune = (values: Record<string, number>) => ({ [tunedName('matmul', tuning.key(problem))]: values });

test('tuned values reach the variant and the grid; those of another shape, and those that are not offered, do not', () => {
  const plain = matmul.variant(problem, gpu);
  const tuned = matmul.variant(problem, { ...gpu, tuned: tune({ THREADS_M: 4, THREADS_N: 32, STAGE_QUADS: 2 }) });
  assert.is(tuned.overrides!.THREADS_M, 4);
  assert.is(tuned.overrides!.THREADS, 128);
  assert.equal(tuned.workgroups, [Math.ceil(33 / 16) * 1, 1, 1]);
  assert.equal(
    matmul.variant({ ...problem, m: 34 }, { ...gpu, tuned: tune({ THREADS_M: 4, THREADS_N: 32, STAGE_QUADS: 2 }) })
      .overrides,
    plain.overrides,
  );
  for (const stale of [
    { THREADS_M: 5, THREADS_N: 32, STAGE_QUADS: 2 },
    { THREADS_M: 4, THREADS_N: 32, STAGE_QUADS: 4 },
    { THREADS_M: 4 },
    { LANES: 8 },
  ]) {
    assert.equal(matmul.variant(problem, { ...gpu, tuned: tune(stale) }), plain);
  }
});

test('values that a device cannot run are not allowed', () => {
  const limits = { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 16384 };
  const values = { THREADS_M: 16, THREADS_N: 16, STAGE_QUADS: 4 };
  assert.ok(tuning.allows(values, gpu, limits));
  assert.not(tuning.allows({ ...values, THREADS_M: 32 }, gpu, limits), 'too many threads');
  assert.not(tuning.allows(values, gpu, { ...limits, maxComputeWorkgroupStorageSize: 8192 }), 'too much memory');
  assert.not(tuning.allows({ ...values, STAGE_QUADS: 8 }, gpu, limits), 'more to stage than its threads load');
});

test('a tuned kernel gives the right numbers', async () => {
  const plain = await testContext();
  const question = pose(matmulCheck, problem, 3);
  const software = { ...plain.traits, software: true };
  const forms = [
    [
      { ...plain.traits, software: false },
      { THREADS_M: 4, THREADS_N: 16 },
    ],
    [software, { OWN_ROWS: 1, SUBGROUPS: 0 }],
    ...(tuning.parameters(software).SUBGROUPS.length > 1 ? [[software, { OWN_ROWS: 1, SUBGROUPS: 1 }] as const] : []),
  ] as const;
  for (const [traits, values] of forms) {
    const context = withTraits(plain, { ...traits, tuned: tune(values) });
    const buffers = createKernelBuffers(context, matmul, problem, question.inputs);
    const builder = createPlan(context, 'tuned matmul');
    builder.dispatch(matmul, problem, buffers.operands);
    const plan = await builder.build();
    await plan.run({});
    assertAnswer(matmulCheck, question, await buffers.readOutputs(), matmulCheck.tolerance!(problem));
    await plan.destroy();
    buffers.destroy();
  }
});

test.run();
