import { badInput } from '@movt/kernels';
import { assertClose } from '@movt/kernels/testing';
import {
  type Checkpoint,
  createTrackGradient,
  initialWeights,
  type ModelConfig,
  modelOf,
  trackImportance,
  type VideoClip,
  videomaePreset,
} from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import type { Service } from '../service.ts';
import { directAnswers, drawClip, later, openContext, openService, tinyCheckpoint } from './service-for-tests.ts';

const TOLERANCE = { rtol: 1e-5, atol: 1e-5 };
const one = tinyCheckpoint(1);
const two = tinyCheckpoint(2);

async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  const error = await promise.then(
    () => new Error('nothing was refused'),
    (reason) => reason,
  );
  if (error instanceof Refusal) return error;
  throw error;
}

const infer = (service: Service, clips: Parameters<Service['infer']>[0]['clips'], more: object = {}) =>
  service.infer({ model: 'm', clips, features: false, deadline: later(), ...more });

test('clips of many sizes asked together: each gets what its version answers when asked alone', async () => {
  const broken = badInput({ action: 'reading x', given: 'half a file', needed: 'all of it' });
  const { service, contexts } = await openService(
    new Map<string, Checkpoint | Error>([
      ['m/1', one],
      ['m/2', two],
      ['bad/1', broken],
    ]),
  );
  assert.is(service.state, 'ready');
  assert.is(service.adapter, contexts[0].adapter.name);
  assert.equal(
    service.models().map(({ name, version, state, reason }) => [name, version, state, reason]),
    [
      ['m', '1', 'READY', ''],
      ['m', '2', 'READY', ''],
      ['bad', '1', 'UNAVAILABLE', broken.message],
    ],
  );
  const { description, version } = service.model('m');
  assert.is(version, '2', 'the latest');
  assert.equal(description.inputs, [{ name: 'tracks', datatype: 'FP32', shape: [-1, -1, -1, 3] }]);
  assert.equal(
    description.outputs.map(({ name, shape }) => [name, shape]),
    [
      ['logits', [-1, 5]],
      ['probabilities', [-1, 5]],
      ['features', [-1, 32]],
    ],
  );
  assert.is(description.maxBatch, 8);
  assert.ok(service.gpuBytes() > 0);

  const clips = Array.from({ length: 24 }, (_, i) => drawClip(i, [9, 9, 10, 16][i % 4], [7, 12, 7][i % 3]));
  const expected = await directAnswers([one, two], clips);
  const [all, ...singles] = await Promise.all([
    infer(service, clips, { features: true }),
    ...clips.map((clip, i) => infer(service, [clip], { version: String((i % 2) + 1) })),
  ]);
  assert.is(all.version, '2');
  for (const [i, output] of all.outputs.entries()) {
    assertClose(output, expected[1][i], TOLERANCE, `clip ${i} of a request of all`);
    assert.is(all.features![i].length, 32);
    assertClose(singles[i].outputs[0], expected[i % 2][i], TOLERANCE, `clip ${i} by itself`);
    assert.is(singles[i].version, String((i % 2) + 1));
    assert.is(singles[i].features, null);
  }
  assert.ok(Math.max(...singles.map(({ timing }) => timing.batch)) > 1, 'some ran together');

  const [first, second, bad] = service.statistics();
  assert.is(first.inferenceCount, 12);
  assert.is(first.success.count, 12);
  assert.is(second.inferenceCount, 12 + 24);
  assert.is(second.success.count, 12 + 1);
  assert.is(
    second.executionCount,
    second.batches.reduce((sum, { computeInfer }) => sum + computeInfer.count, 0),
  );
  assert.is(
    second.batches.reduce((sum, { batchSize, computeInfer }) => sum + batchSize * computeInfer.count, 0),
    36,
  );
  assert.ok(first.executionCount < 12 && first.success.ns >= first.queue.ns + first.computeInfer.ns);
  assert.is(bad.success.count + bad.fail.count, 0);
  assert.ok(Math.abs(Date.now() - first.lastInference) < 60_000);
  await service.destroy();
  assert.is(contexts[0].liveBytes, 0, 'bytes left behind');
});

test('what cannot be answered is refused by its place, before any work, and takes no mate along', async () => {
  const { service } = await openService(
    new Map([
      ['m/1', one],
      ['m/2', one],
    ]),
    { batching: { maxBatch: 8, maxDelayMs: 20, maxQueue: 16 } },
  );
  const good = drawClip(1, 9, 7);
  const [expected] = await directAnswers([one], [good]);
  const nan = { ...good, data: good.data.map((value, i) => (i === 5 * 3 ? NaN : value)) };
  const huge = { ...good, data: good.data.map((value, i) => (i % 3 === 2 ? value : value * 1e38)) };
  const isRefused = async (promise: Promise<unknown>, status: number, message: RegExp) => {
    const found = await refusal(promise);
    assert.is(found.status, status, found.message);
    assert.match(found.message, message);
    return found;
  };
  const mates = Promise.all([infer(service, [good]), infer(service, [good])]);
  await isRefused(infer(service, [good, nan]), 422, /clip 1: got x = NaN at frame 0, point 5/);
  await isRefused(infer(service, [huge]), 422, /clip 0: got values whose sums overflow/);
  for (const { outputs } of await mates) assertClose(outputs[0], expected[0], TOLERANCE, 'a mate of the overflow');
  await isRefused(infer(service, [drawClip(1, 65, 2)]), 422, /clip 0: got 65 frames, need at most 64/);
  await isRefused(infer(service, [drawClip(1, 2, 65)]), 422, /clip 0: got 65 points, need at most 64/);
  await isRefused(infer(service, [drawClip(1, 1, 5)]), 422, /clip 0: got 1 frame/);
  await isRefused(infer(service, []), 422, /no clips/);
  await isRefused(infer(service, new Array(17).fill(good)), 413, /17 clips, need at most 16/);
  const video: VideoClip = { T: 2, height: 32, width: 32, pixels: () => new Uint8Array(2 * 32 * 32 * 3) };
  await isRefused(infer(service, [video]), 422, /got video, need tracks/);
  await isRefused(infer(service, [good], { model: '../x' }), 404, /got "\.\.\/x", need one of m/);
  await isRefused(infer(service, [good], { version: '7' }), 404, /version "7" of m, need one of 1, 2/);
  const late = await isRefused(infer(service, [good], { deadline: performance.now() - 1 }), 503, /deadline/);
  assert.is(late.retryAfter, 1);

  const stop = new AbortController();
  const aborted = infer(service, [good], { signal: stop.signal }).catch((error) => error);
  stop.abort(new Error('left'));
  assert.is((await aborted).message, 'left');
  assert.is(service.statistics()[1].pending, 0);

  const crowd = await Promise.allSettled(Array.from({ length: 60 }, () => infer(service, [good])));
  for (const ended of crowd) {
    if (ended.status === 'fulfilled') assertClose(ended.value.outputs[0], expected[0], TOLERANCE, 'one of a crowd');
    else assert.match(ended.reason.message, /need at most 16 in all/);
  }
  const answered = crowd.filter(({ status }) => status === 'fulfilled').length;
  assert.ok(answered >= 16 && answered < 60, `${answered} of a crowd of 60 answered`);

  const drained = service.drain();
  assert.is(service.state, 'draining');
  await isRefused(infer(service, [good]), 503, /the service is draining/);
  await drained;
  await service.destroy();
  assert.is(service.state, 'stopped');
});

test("importance is that of the model's gradient, and refused where there is none", async () => {
  const values: Checkpoint = { ...two, task: 'regression', classes: null };
  const { service } = await openService(
    new Map<string, Checkpoint>([
      ['m/1', one],
      ['values/1', values],
    ]),
  );
  const clips = [drawClip(3, 9, 7), drawClip(4, 8, 6)];
  const context = await openContext();
  const source = createTrackGradient(context, one);
  const gradients = await source.gradient(clips, [4, 1]);
  context.destroy();
  const ask = (clip: (typeof clips)[0], output: number, model = 'm') =>
    service.importance({ model, clip, output, deadline: later() });
  const importances = await Promise.all([ask(clips[0], 4), ask(clips[1], 1)]);
  for (const [i, importance] of importances.entries()) {
    const { N } = clips[i];
    assertClose(
      importance,
      Float32Array.from(trackImportance(gradients[i], N)),
      { rtol: 1e-4, atol: 1e-5 },
      `clip ${i}`,
    );
    assert.is(Math.max(...importance), 1);
  }
  assert.match((await refusal(ask(clips[0], 5))).message, /got output 5, need a whole number from 0 to 4/);
  assert.match((await refusal(ask(clips[0], 0, 'values'))).message, /got a model of values/);
  assert.equal(
    service.model('values').description.outputs.map(({ name }) => name),
    ['values', 'features'],
  );
  await service.destroy();
});

test('a VideoMAE takes frames', async () => {
  const config = {
    ...videomaePreset('videomae-small', { frames: 2, size: 32, outputs: 3 }),
    width: 32,
    layers: 1,
    heads: 2,
  };
  const checkpoint = { config, weights: initialWeights(config, 1), task: 'classification', classes: null } as const;
  const held = new Map<string, Checkpoint<ModelConfig>>([['m/1', checkpoint]]) as unknown as Map<string, Checkpoint>;
  const { service } = await openService(held);
  const { description } = service.model('m');
  assert.equal(description.inputs, [{ name: 'video', datatype: 'UINT8', shape: [-1, 2, 32, 32, 3] }]);
  assert.is(
    description.parameters,
    modelOf(config).parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
  );
  const clip = (seed: number, bytes = 2 * 32 * 32 * 3): VideoClip => ({
    T: 2,
    height: 32,
    width: 32,
    pixels: async () => Uint8Array.from({ length: bytes }, (_, i) => (i * seed) % 251),
  });
  const { outputs } = await infer(service, [clip(3), clip(5)]);
  const [again, other] = await Promise.all([infer(service, [clip(3)]), infer(service, [clip(5)])]);
  assertClose(again.outputs[0], outputs[0], TOLERANCE, 'the first by itself');
  assertClose(other.outputs[0], outputs[1], TOLERANCE, 'the second');
  assert.ok(Math.abs(outputs[0][0] - outputs[1][0]) > 1e-4, 'two clips, two answers');
  assert.match((await refusal(infer(service, [clip(3), clip(3, 100)]))).message, /clip 1: got 100 bytes, need 6144/);
  assert.match((await refusal(infer(service, [{ ...clip(3), T: 4 }]))).message, /clip 0: got 4 frames/);
  assert.match((await refusal(infer(service, [drawClip(1, 4, 4)]))).message, /got tracks, need video/);
  const importance = service.importance({ model: 'm', clip: drawClip(1, 4, 4), output: 0, deadline: later() });
  assert.is((await refusal(importance)).status, 422);
  await service.destroy();
});

test.run();
