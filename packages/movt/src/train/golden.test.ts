import { readGolden, relativeL2, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfig } from '../config.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { modelOf } from '../models.ts';
import { createTrackGradient } from './track-gradient.ts';
import { createTrainer, type TrainBatch, type TrainerOptions } from './trainer.ts';

/** The bound that the golden data's definition sets for gradients and trained weights. */
const BOUND = 1e-4;
/** Of the golden files' AdamW. */
const LEARNING_RATE = 1e-3;

function readQuestion(file: string) {
  const golden = readGolden(`tests/golden/${file}.safetensors`);
  const config = parseConfig(golden.config, file);
  const { shape, data } = golden.tensor('tracks');
  const [count, T, N] = shape;
  const clips = Array.from({ length: count }, (_, b) => ({
    data: data.slice(b * T * N * 3, (b + 1) * T * N * 3),
    T,
    N,
  }));
  const target = golden.tensor('target').data;
  const task = golden.metadata.task === 'regression' ? 'regression' : 'classification';
  const batch: TrainBatch = task === 'regression' ? { clips, targets: target } : { clips, labels: Array.from(target) };
  const options: TrainerOptions = {
    task,
    dropout: 0,
    labelSmoothing: 0,
    weightDecay: 0.01,
    maxNorm: 1,
    seed: 0,
    frozen: [],
    layerDecay: 1,
  };
  return { golden, config, batch, options };
}

/** Halves of a batch, to be accumulated. */
function halves({ clips, labels, targets }: TrainBatch): TrainBatch[] {
  const middle = Math.ceil(clips.length / 2);
  const width = targets ? targets.length / clips.length : 0;
  const part = (first: number, end: number): TrainBatch => ({
    clips: clips.slice(first, end),
    ...(labels && { labels: labels.slice(first, end) }),
    ...(targets && { targets: targets.slice(first * width, end * width) }),
  });
  return [part(0, middle), part(middle, clips.length)];
}

/**
 * Softmax does not see what is added to all of a query's scores, so the bias of the keys has the gradient 0, of which rounding leaves some 1e-9, and
 * AdamW makes steps of any size up to the learning rate of that: no two implementations agree on it, and no answer depends on it.
 */
function withoutKeyBias(name: string, values: Float32Array): Float32Array {
  const width = values.length / 3;
  return name.endsWith('in_proj_bias') ? values.map((value, i) => (i >= width && i < 2 * width ? 0 : value)) : values;
}

for (const file of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression']) {
  test(`${file}: losses, gradient norms, gradients and trained weights of five steps as PyTorch's`, async () => {
    const { golden, config, batch, options } = readQuestion(file);
    const trainer = createTrainer(await testContext(), modelOf(config), modelFormulaWeights(config), options);
    const losses: number[] = [];
    const norms: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { loss, gradNorm } = await trainer.step([batch], LEARNING_RATE);
      losses.push(loss);
      norms.push(gradNorm);
    }
    assert.ok(Math.abs(losses[0] / golden.tensor('loss').data[0] - 1) <= BOUND);
    const worst = {
      losses: relativeL2(losses, golden.tensor('train.losses').data),
      norms: 0,
      gradient: 0,
      trained: 0,
      together: 0,
    };
    worst.norms = relativeL2(norms, golden.tensor('train.gradNorms').data);
    // The file's gradients of parameters are those that PyTorch held after the last step: clipped.
    const clip = Math.min(1, 1 / (norms[4] + 1e-6));
    const gradients = await trainer.gradients();
    const all = { ours: [] as number[], theirs: [] as number[] };
    for (const [name, values] of await trainer.weights()) {
      const gradient = gradients.get(name)!.map((value) => value * clip);
      worst.gradient = Math.max(worst.gradient, relativeL2(gradient, golden.tensor(`grad.${name}`).data));
      const [ours, theirs] = [values, golden.tensor(`trained.${name}`).data].map((all) => withoutKeyBias(name, all));
      worst.trained = Math.max(worst.trained, relativeL2(ours, theirs));
      all.ours.push(...values);
      all.theirs.push(...golden.tensor(`trained.${name}`).data);
    }
    worst.together = relativeL2(all.ours, all.theirs);
    const shown = Object.entries(worst).map(([name, error]) => `${name} ${error.toExponential(1)}`);
    console.log(`${file}: relative errors: ${shown.join(', ')}`);
    for (const [name, error] of Object.entries(worst)) assert.ok(error <= BOUND, `${file} ${name}: ${error}`);
    await trainer.destroy();
  });

  test(`${file}: gradients accumulated over two batches make the same step`, async () => {
    const { golden, config, batch, options } = readQuestion(file);
    const trainer = createTrainer(await testContext(), modelOf(config), modelFormulaWeights(config), options);
    const { loss, gradNorm } = await trainer.step(halves(batch), LEARNING_RATE);
    const expected = { loss: golden.tensor('train.losses').data[0], norm: golden.tensor('train.gradNorms').data[0] };
    assert.ok(Math.abs(loss / expected.loss - 1) <= BOUND, `loss ${loss}, not ${expected.loss}`);
    assert.ok(Math.abs(gradNorm / expected.norm - 1) <= BOUND, `norm ${gradNorm}, not ${expected.norm}`);
    await trainer.destroy();
  });
}

test("the gradient of the tracks as PyTorch's", async () => {
  // Cross-entropy's gradient is the sum of the logits' gradients, weighed by softmax − one-hot, over the number of clips.
  const { golden, config, batch } = readQuestion('movt-tiny');
  const checkpoint = { config, weights: modelFormulaWeights(config), task: 'classification', classes: null } as const;
  const tracks = createTrackGradient(await testContext(), checkpoint);
  const { clips, labels = [] } = batch;
  const sum = new Float64Array(golden.tensor('tracks').data.length);
  const { data: logits } = golden.tensor('output');
  for (let output = 0; output < config.outputs; output++) {
    const gradients = await tracks.gradient(
      clips,
      clips.map(() => output),
    );
    let at = 0;
    for (const [b, gradient] of gradients.entries()) {
      const own = logits.subarray(b * config.outputs, (b + 1) * config.outputs);
      const total = own.reduce((all, logit) => all + Math.exp(logit), 0);
      const weight = (Math.exp(own[output]) / total - (labels[b] === output ? 1 : 0)) / clips.length;
      for (const value of gradient) sum[at++] += weight * value;
    }
  }
  const error = relativeL2(sum, golden.tensor('grad.tracks').data);
  console.log(`movt-tiny: gradient of the tracks ${error.toExponential(1)}`);
  assert.ok(error <= BOUND, `${error}`);
  await tracks.destroy();
});

test.run();
