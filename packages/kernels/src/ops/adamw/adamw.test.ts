import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import type { Slice } from '../../runtime/plan-types.ts';
import { createRandom } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { gradNorm, gradNormParts } from '../grad_norm/grad_norm.ts';
import { adamwCheck } from './adamw.cases.ts';
import { trainReference } from './adamw.reference.ts';
import { adamw, adamwSchedule } from './adamw.ts';

await checkKernel(adamwCheck);

const LENGTH = 4100;
const SETTINGS = { learningRate: 1e-3, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8, maxNorm: 1 };

/** Norm, clipping and AdamW as a trainer chains them; `run` takes one step and gives what gradNorm says. */
async function createTrainer(start: Float32Array) {
  const context = await testContext();
  const { queue } = context.device;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const [param, m, v] = ['param', 'm', 'v'].map((label): Slice => {
    const buffer = context.createBuffer(label, LENGTH * 4, usage);
    return { buffer, offset: 0, byteLength: LENGTH * 4 };
  });
  queue.writeBuffer(param.buffer, 0, start as Float32Array<ArrayBuffer>);
  const builder = createPlan(context, 'step');
  const grad = builder.input('grad', LENGTH);
  const schedule = builder.input('schedule', 3);
  const parts = builder.tensor('parts', Math.ceil(LENGTH / 4096));
  const norm = builder.tensor('norm', 3);
  builder.dispatch(gradNormParts, { length: LENGTH }, { grad, parts });
  builder.dispatch(gradNorm, { length: LENGTH, maxNorm: SETTINGS.maxNorm }, { parts, norm });
  builder.dispatch(adamw, { length: LENGTH, ...SETTINGS }, { grad, norm, schedule, param, m, v });
  builder.output('norm', norm);
  const plan = await builder.build();
  let step = 0;
  return {
    async run(gradient: Float32Array) {
      step++;
      return (await plan.run({ grad: gradient, schedule: adamwSchedule({ ...SETTINGS, step }) })).norm;
    },
    async read(): Promise<Float32Array> {
      const staging = context.createBuffer('read', LENGTH * 4, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
      const encoder = context.device.createCommandEncoder();
      encoder.copyBufferToBuffer(param.buffer, 0, staging, 0, LENGTH * 4);
      queue.submit([encoder.finish()]);
      await context.guard('reading parameters', staging.mapAsync(GPUMapMode.READ));
      const values = new Float32Array(staging.getMappedRange().slice(0));
      context.destroyBuffer(staging);
      return values;
    },
    async destroy() {
      await plan.destroy();
      for (const { buffer } of [param, m, v]) context.destroyBuffer(buffer);
    },
  };
}

/** Some clipped and some not; a few elements never have a gradient, as parameters of a branch that is not used. */
function drawGradients(count: number): Float32Array[] {
  const random = createRandom(31);
  return Array.from({ length: count }, (_, t) =>
    random.normal(LENGTH).map((value, i) => (i % 97 === 0 ? 0 : value * (t % 3 === 0 ? 0.002 : 0.5))),
  );
}

test('ten steps with clipping end where float64 ends', async () => {
  const start = createRandom(30).normal(LENGTH);
  const gradients = drawGradients(10);
  const expected = trainReference(start, gradients, SETTINGS);
  const trainer = await createTrainer(start);
  const norms: number[] = [];
  for (const gradient of gradients) norms.push((await trainer.run(gradient))[0]);
  const param = await trainer.read();
  await trainer.destroy();
  assertClose(norms, expected.norms, { rtol: 1e-6, atol: 0 }, 'norms');
  // A step moves a parameter by about the learning rate: what was moved is compared, not what was there before.
  const moved = param.map((value, i) => value - start[i]);
  const shouldMove = expected.param.map((value, i) => value - start[i]);
  assertClose(moved, shouldMove, { rtol: 1e-4, atol: 2e-6 }, 'moved');
});

test('the same steps give the same bits, and a step whose gradients are no numbers changes none', async () => {
  const start = createRandom(32).normal(LENGTH);
  const ends: Float32Array[] = [];
  for (let repetition = 0; repetition < 2; repetition++) {
    const trainer = await createTrainer(start);
    for (const gradient of drawGradients(3)) await trainer.run(gradient);
    const before = await trainer.read();
    const [, factor, finite] = await trainer.run(drawGradients(1)[0].with(4000, NaN));
    assert.equal([factor, finite], [0, 0]);
    ends.push(await trainer.read());
    assert.equal(ends.at(-1), before);
    await trainer.destroy();
  }
  assert.equal(ends[0], ends[1]);
});

test.run();
