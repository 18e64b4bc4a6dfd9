import { createContext, createRandom, type DeviceLostError, type GpuContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { assertClose, countObjects, testContext } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Checkpoint } from './checkpoint.ts';
import type { MovtConfig } from './config.ts';
import { initialWeights } from './init.ts';
import { createPredictor } from './predict.ts';
import { presetConfig } from './presets.ts';
import { movtReference } from './reference/movt.ts';
import { layoutTokenState } from './token-steps.ts';

const config: MovtConfig = presetConfig('movt-tiny', 5);
const checkpoint: Checkpoint = { config, weights: initialWeights(config, 7), task: 'classification', classes: null };
const TOLERANCE = { rtol: 2e-5, atol: 2e-5 };

/** A clip of smooth random paths, some of its points hidden. */
function drawClip(seed: number, T: number, N: number): Tracks {
  const random = createRandom(seed);
  const steps = random.normal(T * N * 3);
  const data = new Float32Array(T * N * 3);
  for (let i = 0; i < data.length; i++) {
    if (i % 3 === 2) data[i] = steps[i] > 1 ? 1 : 0;
    else data[i] = 0.05 * steps[i] + (i >= N * 3 ? data[i - N * 3] : steps[i]);
  }
  return { data, T, N };
}

/** Everything that the motion branch may see. */
const wide: MovtConfig = { ...config, velocityLags: [1, 3, 8], displacement: true };

const expected = ({ data, T, N }: Tracks) => movtReference(config, checkpoint.weights, data, T, N).output;

test('clips of different T and N in one batch: each answer is the one that it gets alone', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const clips = [drawClip(1, 9, 7), drawClip(2, 2, 1), drawClip(3, 31, 33), drawClip(4, 17, 12)];
  const predictor = createPredictor(context, checkpoint);
  const together = await predictor.predict(clips);
  for (const [i, clip] of clips.entries()) {
    const alone = await predictor.predict([clip]);
    assertClose(together.outputs[i], expected(clip), TOLERANCE, `clip ${i} in a batch`);
    assertClose(alone.outputs[0], expected(clip), TOLERANCE, `clip ${i} alone`);
  }
  await predictor.destroy();
  assert.is(context.liveBytes, before, 'bytes left behind');
});

test('with room, clips of many sizes share a plan and answer the same', async () => {
  const context = await testContext();
  const predictor = createPredictor(context, checkpoint);
  const room = { frames: 12, points: 10 };
  const sizes = [
    [9, 7],
    [11, 10],
    [12, 3],
    [14, 2],
  ];
  const clips = sizes.map(([T, N], i) => drawClip(50 + i, T, N));
  await predictor.predict([clips[0]], { room });
  const made = context.created.bindGroups;
  for (const clip of clips.slice(0, 3)) {
    const { outputs } = await predictor.predict([clip], { room });
    assertClose(outputs[0], expected(clip), TOLERANCE, `${clip.T}×${clip.N} with room`);
  }
  assert.is(context.created.bindGroups, made, 'no plan but the first');
  const [longer] = (await predictor.predict([clips[3]], { room })).outputs;
  assertClose(longer, expected(clips[3]), TOLERANCE, 'a clip of more frames than the room');
  assert.is(predictor.largestBatch(room), 32);
  assert.is(predictor.largestBatch({ frames: 2, points: 2 ** 28 }), 0);
  await predictor.destroy();
});

test('ways over several lags and from the mean place, as the reference sees them', async () => {
  const weights = initialWeights(wide, 9);
  const predictor = createPredictor(await testContext(), { ...checkpoint, config: wide, weights });
  const clips = [drawClip(1, 9, 7), drawClip(2, 2, 1), drawClip(3, 31, 33)];
  const { outputs } = await predictor.predict(clips);
  for (const [i, { data, T, N }] of clips.entries()) {
    assertClose(outputs[i], movtReference(wide, weights, data, T, N).output, TOLERANCE, `clip ${i}`);
  }
  await predictor.destroy();
});

test('more clips than a batch holds, and calls made together', async () => {
  const predictor = createPredictor(await testContext(), checkpoint);
  const clips = Array.from({ length: 70 }, (_, i) => drawClip(100 + i, 5, 3));
  const [all, ...singles] = await Promise.all([
    predictor.predict(clips),
    ...clips.slice(0, 8).map((clip) => predictor.predict([clip])),
  ]);
  for (const [i, clip] of clips.entries()) assertClose(all.outputs[i], expected(clip), TOLERANCE, `clip ${i} of 70`);
  for (const [i, { outputs }] of singles.entries()) {
    assertClose(outputs[0], expected(clips[i]), TOLERANCE, `clip ${i}, at the same time`);
  }
  await predictor.destroy();
});

test('a profile is of the same work: its answers are those of predict, dispatch by dispatch', async () => {
  const context = await testContext();
  const predictor = createPredictor(context, checkpoint);
  const clips = Array.from({ length: 33 }, (_, i) => drawClip(300 + i, 4, 5));
  const { outputs, cost } = await predictor.predict(clips);
  const profiles = await predictor.profile(clips, 'dispatch');
  assert.equal(
    profiles.map(({ shape }) => shape.batch),
    [32, 1],
  );
  assert.equal(
    profiles.flatMap((profile) => profile.outputs.flatMap((output) => [...output])),
    outputs.flatMap((output) => [...output]),
  );
  assert.is(profiles.flatMap(({ dispatches }) => dispatches).length, cost.dispatches);
  for (const { stages, gpu, dispatches } of profiles) {
    assert.equal([stages[0].name, stages[0].end], ['pad', stages[1].start]);
    if (context.traits.timestamps) {
      assert.equal(
        gpu?.map(({ name }) => name),
        dispatches.map(({ label }) => label),
      );
    }
  }
  await predictor.destroy();
});

test('a batch that no binding could hold is split', async () => {
  const context = await testContext();
  const { maxComputeWorkgroupsPerDimension } = context.limits;
  // As on a device whose bindings hold two of these clips: their tokens' state, or the motion MLP's layer.
  const rows = 2 * 6;
  const widest = Math.max(...config.motionHidden);
  const bytes = 4 * Math.max(layoutTokenState(config, rows).length, rows * 4 * widest);
  const limits = { maxComputeWorkgroupsPerDimension, maxStorageBufferBindingSize: Math.max(bytes, 4 * 2 ** 16) };
  const small: GpuContext = Object.create(context, { limits: { value: limits } });
  const fitting = Math.floor(limits.maxStorageBufferBindingSize / bytes) * 2;
  const predictor = createPredictor(small, checkpoint);
  const clips = Array.from({ length: 2 * fitting + 1 }, (_, i) => drawClip(200 + i, 4, 6));
  const { outputs, cost } = await predictor.predict(clips);
  const one = await predictor.predict([clips[0]]);
  assert.ok(cost.dispatches >= 3 * one.cost.dispatches, `${cost.dispatches} dispatches for ${clips.length} clips`);
  for (const [i, clip] of clips.entries()) assertClose(outputs[i], expected(clip), TOLERANCE, `clip ${i}`);
  await predictor.destroy();
});

test('features are those of the clip, without its padding', async () => {
  const predictor = createPredictor(await testContext(), checkpoint);
  const clips = [drawClip(11, 6, 4), drawClip(12, 3, 9)];
  const { features = [] } = await predictor.predict(clips, { features: true });
  for (const [i, { data, T, N }] of clips.entries()) {
    const reference = movtReference(config, checkpoint.weights, data, T, N);
    assertClose(features[i].motion, reference.motion, TOLERANCE, `E_M of clip ${i}`);
    assertClose(features[i].position, reference.position, TOLERANCE, `E_P of clip ${i}`);
    assertClose(features[i].features, reference.features, TOLERANCE, `E_F of clip ${i}`);
  }
  await predictor.destroy();
});

test('other weights answer from now on, on the plans that are there', async () => {
  const context = await testContext();
  const other = { ...checkpoint, weights: initialWeights(config, 8) };
  const clip = drawClip(51, 7, 5);
  const predictor = createPredictor(context, checkpoint);
  assertClose((await predictor.predict([clip])).outputs[0], expected(clip), TOLERANCE, 'the first weights');
  predictor.setWeights(other.weights);
  const reference = movtReference(config, other.weights, clip.data, clip.T, clip.N).output;
  assertClose((await predictor.predict([clip])).outputs[0], reference, TOLERANCE, 'other weights');
  const bytes = context.liveBytes;
  predictor.setWeights(checkpoint.weights);
  assertClose((await predictor.predict([clip])).outputs[0], expected(clip), TOLERANCE, 'the first weights again');
  assert.is(context.liveBytes, bytes);
  await predictor.destroy();
});

test('a plan in steady state creates no GPU object, and memory stays level over 1,000 runs', async () => {
  const context = await createContext({ gpu: await platformGpu() });
  const objects = countObjects(context.device);
  const predictor = createPredictor(context, checkpoint);
  const clip = drawClip(21, 4, 3);
  await predictor.predict([clip]);
  assert.ok(objects.count > 0, 'the counter must see the plan being built');
  const [bytes, made] = [context.liveBytes, objects.count];
  for (let run = 0; run < 1000; run++) await predictor.predict([clip]);
  assert.is(objects.count, made, 'GPU objects created in 1,000 runs');
  assert.is(context.liveBytes, bytes, 'live bytes after 1,000 runs');
  await predictor.destroy();
  assert.is(context.liveBytes, 0);
  context.destroy();
});

test('a device destroyed in mid-run is a DeviceLostError, and a new context answers right', async () => {
  const gpu = await platformGpu();
  const clip = drawClip(31, 12, 9);
  const lost = await createContext({ gpu });
  const predictor = createPredictor(lost, checkpoint);
  await predictor.predict([clip]);
  const running = predictor.predict([clip]);
  // The run has been submitted once its promise chain has had a turn.
  await Promise.resolve();
  lost.device.destroy();
  const failures = await Promise.allSettled([running, predictor.predict([clip])]);
  const answered = failures.filter(({ status }) => status === 'fulfilled');
  for (const failure of failures) {
    if (failure.status === 'rejected')
      assert.is((failure.reason as DeviceLostError).code, 'device_lost', String(failure.reason));
  }
  assert.ok(answered.length < 2, 'a destroyed device cannot answer both');
  await assertRejects(predictor.predict([clip]), 'device_lost');
  const fresh = await createContext({ gpu });
  const again = createPredictor(fresh, checkpoint);
  assertClose((await again.predict([clip])).outputs[0], expected(clip), TOLERANCE, 'after a new context');
  await again.destroy();
  fresh.destroy();
});

test("a caller's own device, with nothing but WebGPU's default limits, is used and never destroyed", async () => {
  const adapter = await (await platformGpu()).requestAdapter();
  const device = await adapter!.requestDevice();
  const context: GpuContext = await createContext({ device });
  const asGpu: GpuContext = Object.create(context, { traits: { value: { ...context.traits, software: false } } });
  const clip = drawClip(41, 5, 6);
  for (const each of [context, asGpu]) {
    const predictor = createPredictor(each, checkpoint);
    assertClose((await predictor.predict([clip])).outputs[0], expected(clip), TOLERANCE, 'on a device of the caller');
    await predictor.destroy();
  }
  context.destroy();
  const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  await buffer.mapAsync(GPUMapMode.READ);
  device.destroy();
});

async function assertRejects(promise: Promise<unknown>, code: string) {
  try {
    await promise;
  } catch (error) {
    assert.is((error as { code?: string }).code, code, String(error));
    return;
  }
  assert.unreachable(`expected ${code}`);
}

test('what cannot be answered is refused, with a reason', async () => {
  const context = await testContext();
  const predictor = createPredictor(context, checkpoint);
  await assertRejects(predictor.predict([]), 'bad_input');
  await assertRejects(predictor.predict([{ data: new Float32Array(3 * 4), T: 1, N: 4 }]), 'bad_input');
  await assertRejects(predictor.predict([{ data: new Float32Array(0), T: 4, N: 0 }]), 'bad_input');
  await assertRejects(predictor.predict([{ data: new Float32Array(4 * 2 * 3).fill(NaN), T: 4, N: 2 }]), 'bad_input');
  const wide = Math.ceil(context.limits.maxStorageBufferBindingSize / 4 / 3 / 2) + 1;
  await assertRejects(predictor.predict([{ data: new Float32Array(wide * 6), T: 2, N: wide }]), 'limit_exceeded');
  await predictor.destroy();
});

test.run();
