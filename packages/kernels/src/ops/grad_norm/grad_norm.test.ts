import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import { createRandom } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { gradNormCheck, gradNormPartsCheck } from './grad_norm.cases.ts';
import { gradNorm, gradNormParts } from './grad_norm.ts';

await checkKernel(gradNormPartsCheck);
await checkKernel(gradNormCheck);

const LENGTH = 20_000;

async function normPlan() {
  const context = await testContext();
  const builder = createPlan(context, 'norm');
  const grad = builder.input('grad', LENGTH);
  const parts = builder.tensor('parts', Math.ceil(LENGTH / 4096));
  const norm = builder.tensor('norm', 3);
  builder.dispatch(gradNormParts, { length: LENGTH }, { grad, parts });
  builder.dispatch(gradNorm, { length: LENGTH, maxNorm: 1 }, { parts, norm });
  builder.output('norm', norm);
  return builder.build();
}

test('both stages give the norm of all gradients, and the same bits each time', async () => {
  const plan = await normPlan();
  const grad = createRandom(21).normal(LENGTH);
  const expected = Math.sqrt(grad.reduce((sum, value) => sum + value * value, 0));
  const first = (await plan.run({ grad })).norm;
  assertClose(first, [expected, 1 / (expected + 1e-6), 1], { rtol: 1e-6, atol: 0 }, 'norm');
  for (let i = 0; i < 3; i++) assert.equal((await plan.run({ grad })).norm, first);
  await plan.destroy();
});

test('one NaN or infinity anywhere shows', async () => {
  const plan = await normPlan();
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const at of [0, 12_345, LENGTH - 1]) {
      const { norm } = await plan.run({ grad: createRandom(22).normal(LENGTH).with(at, bad) });
      assert.not.ok(Number.isFinite(norm[0]), `${bad} at ${at}: ${norm[0]}`);
      assert.equal([...norm.slice(1)], [0, 0]);
    }
  }
  await plan.destroy();
});

test('a length that is no multiple of 4 is refused', async () => {
  const context = await testContext();
  const builder = createPlan(context, 'odd');
  const [grad, parts] = [builder.input('grad', 7), builder.tensor('parts', 1)];
  assert.throws(() => builder.dispatch(gradNormParts, { length: 7 }, { grad, parts }), /multiple of 4/);
});

test.run();
