import { createRandom, MovtError } from '@movt/kernels';
import { relativeL2, testContext } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MovtConfig } from '../config.ts';
import { initialWeights, type Weights } from '../init.ts';
import { modelOf } from '../models.ts';
import { presetConfig } from '../presets.ts';
import { movtReference } from '../reference/movt.ts';
import { checkModelGradient } from './check-model-gradient.ts';
import { createTrainer, type TrainBatch, type Trainer, type TrainerOptions } from './trainer.ts';

const config = presetConfig('movt-tiny', 5);
const OPTIONS: TrainerOptions = {
  task: 'classification',
  dropout: 0.3,
  labelSmoothing: 0.1,
  weightDecay: 0.01,
  maxNorm: 1,
  seed: 7,
  frozen: [],
  layerDecay: 1,
};
const LEARNING_RATE = 3e-3;

function drawClip(seed: number, T: number, N: number): Tracks {
  const random = createRandom(seed);
  const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.6) : value));
  return { data, T, N };
}

function drawBatch(seed: number, shapes: readonly (readonly [number, number])[]): TrainBatch {
  const clips = shapes.map(([T, N], i) => drawClip(seed * 100 + i, T, N));
  return { clips, labels: clips.map((_, i) => (seed + i) % config.outputs) };
}

const BATCHES = [
  drawBatch(1, [
    [9, 7],
    [5, 11],
    [12, 1],
  ]),
  drawBatch(2, [
    [2, 3],
    [13, 4],
  ]),
];

async function startTrainer(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer(await testContext(), modelOf(config), initialWeights(config, 3), { ...OPTIONS, ...options });
}

/** As a list that uvu compares bit for bit. */
const entries = (weights: Weights) => [...weights].map(([name, values]) => [name, Array.from(values)]);

test('padding says nothing: a mixed batch gives the gradients that its clips give one by one', async () => {
  const [batch] = BATCHES;
  const trainer = await startTrainer({ dropout: 0 });
  await trainer.step([batch], 0);
  const together = await trainer.gradients();
  const sums = new Map([...together].map(([name, values]) => [name, new Float64Array(values.length)]));
  for (const [i, clip] of batch.clips.entries()) {
    await trainer.step([{ clips: [clip], labels: [batch.labels![i]] }], 0);
    for (const [name, values] of await trainer.gradients()) {
      for (const [k, value] of values.entries()) sums.get(name)![k] += value / batch.clips.length;
    }
  }
  for (const [name, values] of together) {
    // A step of learning rate 0 changes nothing, but for what is 0 by the softmax's invariance.
    if (name.endsWith('in_proj_bias')) continue;
    const error = relativeL2(values, sums.get(name)!);
    assert.ok(error < 1e-5, `${name}: ${error}`);
  }
  await trainer.destroy();
});

for (const normFirst of [false, true]) {
  const place = normFirst ? 'before' : 'after';
  test(`with all options, norms ${place} the blocks: central differences of the float64 reference`, async () => {
    const model: MovtConfig = { ...config, velocityLags: [1, 3, 8], displacement: true, normFirst, activation: 'gelu' };
    const { clips, labels } = BATCHES[0];
    const reference = (weights: Weights, { data, T, N }: Tracks) => movtReference(model, weights, data, T, N).output;
    await checkModelGradient(modelOf(model), initialWeights(model, 5), { clips, labels: labels! }, reference);
  });
}

test('the same seed gives the same bits, and a trainer made of a state goes on bit for bit', async () => {
  const undisturbed = await startTrainer();
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) losses.push((await undisturbed.step(i % 2 ? BATCHES : [BATCHES[0]], LEARNING_RATE)).loss);
  const first = await startTrainer();
  for (let i = 0; i < 2; i++) {
    const { loss } = await first.step(i % 2 ? BATCHES : [BATCHES[0]], LEARNING_RATE);
    assert.is(loss, losses[i]);
  }
  const second = createTrainer(await testContext(), modelOf(config), await first.state(), OPTIONS);
  for (let i = 2; i < 4; i++) {
    const { loss } = await second.step(i % 2 ? BATCHES : [BATCHES[0]], LEARNING_RATE);
    assert.is(loss, losses[i]);
  }
  assert.equal(entries(await second.weights()), entries(await undisturbed.weights()));
  const other = await startTrainer({ seed: 8 });
  assert.is.not((await other.step([BATCHES[0]], LEARNING_RATE)).loss, losses[0]);
  for (const trainer of [undisturbed, first, second, other]) await trainer.destroy();
});

test('it learns a batch by heart', async () => {
  const trainer = await startTrainer({ dropout: 0, labelSmoothing: 0 });
  const losses: number[] = [];
  for (let i = 0; i < 80; i++) losses.push((await trainer.step([BATCHES[0]], LEARNING_RATE)).loss);
  assert.ok(losses[79] < 0.05 * losses[0], `${losses[0]} → ${losses[79]}`);
  await trainer.destroy();
});

test('what is frozen stays, and has no part in the norm', async () => {
  const trainer = await startTrainer({ frozen: ['motion.', 'encoder.layers.0.'] });
  const before = await trainer.weights();
  await trainer.step([BATCHES[0]], LEARNING_RATE);
  for (const [name, values] of await trainer.weights()) {
    const isFrozen = name.startsWith('motion.') || name.startsWith('encoder.layers.0.');
    const same = values.every((value, i) => value === before.get(name)![i]);
    assert.is(same, isFrozen, name);
  }
  await trainer.destroy();
});

test('with a layer decay each layer learns slower than the one above it, by that factor', async () => {
  const model = modelOf(config);
  const trainer = await startTrainer({ layerDecay: 0.5, weightDecay: 0, maxNorm: 1e9 });
  const before = await trainer.weights();
  await trainer.step([BATCHES[0]], LEARNING_RATE);
  const depths = new Set<number>();
  for (const [name, values] of await trainer.weights()) {
    // AdamW's first step is the learning rate, up or down, wherever the gradient is well above eps.
    const furthest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - before.get(name)![i])), 0);
    const depth = model.depthOf(name);
    const rate = LEARNING_RATE * 0.5 ** (model.depth - depth);
    assert.ok(Math.abs(furthest - rate) < 0.02 * rate, `${name}: ${furthest}, not ${rate}`);
    depths.add(depth);
  }
  assert.is(depths.size, model.depth + 1);
  await trainer.destroy();
});

test('a loss that is no number stops the step, names the tensor, and changes nothing', async () => {
  const weights = initialWeights(config, 3);
  weights.set('encoder.layers.1.linear1.weight', weights.get('encoder.layers.1.linear1.weight')!.with(5, 3e38));
  weights.set('encoder.layers.1.linear1.bias', weights.get('encoder.layers.1.linear1.bias')!.fill(3e38));
  const trainer = createTrainer(await testContext(), modelOf(config), weights, OPTIONS);
  let thrown: unknown;
  await trainer.step([BATCHES[0]], LEARNING_RATE).catch((error) => {
    thrown = error;
  });
  assert.instance(thrown, MovtError);
  assert.is((thrown as MovtError).code, 'not_finite');
  assert.match(
    (thrown as MovtError).message,
    /training step 1: .*encoder\.layers\.1\.linear[12]\[\d+\] = (NaN|-?Infinity)/,
  );
  assert.is(trainer.steps, 0);
  assert.equal(entries(await trainer.weights()), entries(weights));
  await trainer.destroy();
});

test('questions that cannot be learned are refused', async () => {
  const trainer = await startTrainer();
  const clips = [drawClip(1, 4, 2)];
  const refused = async (batch: TrainBatch, words: RegExp) => {
    let message = '';
    await trainer.step([batch], LEARNING_RATE).catch((error) => {
      message = error.message;
    });
    assert.match(message, words);
  };
  await refused({ clips, labels: [5] }, /label 5.*0 to 4/);
  await refused({ clips, labels: [0, 1] }, /2 labels/);
  await refused({ clips }, /no labels/);
  await refused({ clips, labels: [0], targets: new Float32Array(5) }, /labels and targets/);
  await refused({ clips: [], labels: [] }, /without clips/);
  await trainer.destroy();
  let message = '';
  await startTrainer({ frozen: ['decoder.'] }).catch((error) => {
    message = error.message;
  });
  assert.match(message, /"decoder\."/);
});

test('a trainer gives back all of its memory', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const trainer = await startTrainer();
  await trainer.step(BATCHES, LEARNING_RATE);
  await trainer.destroy();
  assert.is(context.liveBytes, before);
});

test.run();
