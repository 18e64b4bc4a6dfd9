import { createRandom } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelFormulaWeights } from '../formula-weights.ts';
import { initialWeights } from '../init.ts';
import { fit } from '../train/fit.ts';
import { parseSettings } from '../train/settings.ts';
import { splitForTraining } from '../train/splits.ts';
import { createTrainer, type TrainBatch, type TrainerOptions } from '../train/trainer.ts';
import type { VideoClip } from './clip.ts';
import { parseVideomaeConfig } from './config.ts';
import { videomaeModel } from './model.ts';
import { videomaeReference } from './reference.ts';

const config = parseVideomaeConfig(
  {
    ...{ model: 'videomae', frames: 4, size: 16, tubelet: 2, patch: 8, width: 24, layers: 2, heads: 3 },
    ...{ mlpRatio: 4, outputs: 3, normEps: 1e-6, fcNormEps: 1e-6 },
  },
  'the test',
);
const model = videomaeModel(config);
const OPTIONS: TrainerOptions = {
  ...{ task: 'classification', dropout: 0, labelSmoothing: 0, weightDecay: 0, maxNorm: 1e9 },
  ...{ seed: 7, frozen: [], layerDecay: 1 },
};

/** Noise, and a bright square that moves right, down or not at all: by its label. */
function drawClip(seed: number, label: number): VideoClip {
  const { frames, size } = config;
  const bytes = createRandom(seed)
    .uniform(frames * size * size * 3, 0, 90)
    .map(Math.floor);
  for (let t = 0; t < frames; t++) {
    const [x0, y0] = [4 + (label === 1 ? 2 * t : 0), 4 + (label === 2 ? 2 * t : 0)];
    for (let y = y0; y < y0 + 5; y++)
      bytes.fill(250, ((t * size + y) * size + x0) * 3, ((t * size + y) * size + x0 + 5) * 3);
  }
  const video = Uint8Array.from(bytes);
  return { T: frames, height: size, width: size, pixels: async () => video };
}

function drawBatch(count: number): TrainBatch<VideoClip> & { labels: number[] } {
  const labels = Array.from({ length: count }, (_, i) => i % config.outputs);
  return { clips: labels.map((label, i) => drawClip(i, label)), labels };
}

test('gradients of all parameters: central differences of the float64 reference along random directions', async () => {
  const batch = drawBatch(2);
  const videos = await Promise.all(batch.clips.map((clip) => clip.pixels()));
  const weights = modelFormulaWeights(config);
  const lossOf = (moved: Parameters<typeof videomaeReference>[1]) => {
    const losses = videos.map((video, i) => {
      const { output } = videomaeReference(config, moved, video);
      return Math.log(output.reduce((sum, logit) => sum + Math.exp(logit), 0)) - output[batch.labels[i]];
    });
    return losses.reduce((sum, loss) => sum + loss) / losses.length;
  };
  const trainer = createTrainer(await testContext(), model, weights, OPTIONS);
  const { loss } = await trainer.step([batch], 0);
  const gradients = await trainer.gradients();
  await trainer.destroy();
  assert.ok(Math.abs(loss - lossOf(weights)) < 1e-5, `loss ${loss}, not ${lossOf(weights)}`);

  const random = createRandom(3);
  let worst = 0;
  for (const { name } of model.parameters) {
    const values = weights.get(name)!;
    const gradient = gradients.get(name)!;
    const norm = Math.hypot(...gradient);
    assert.ok(norm > 1e-6, `${name} has no gradient`);
    const direction = random.normal(values.length);
    const along = (step: number) =>
      lossOf(
        new Map<string, ArrayLike<number>>(weights).set(
          name,
          Float64Array.from(values, (value, i) => value + step * direction[i]),
        ),
      );
    const step = 1e-4 / Math.hypot(...direction);
    const expected = (along(step) - along(-step)) / (2 * step);
    const actual = gradient.reduce((sum, value, i) => sum + value * direction[i], 0);
    const error = Math.abs(actual - expected) / norm;
    worst = Math.max(worst, error);
    assert.ok(error < 1e-4, `${name}: ${actual}, not ${expected}`);
  }
  console.log(`worst error along a direction, in norms of the gradient: ${worst.toExponential(1)}`);
});

test('it learns a batch by heart; what is frozen stays, and early layers learn slower', async () => {
  const weights = initialWeights(config, 5);
  const options = { ...OPTIONS, maxNorm: 1, frozen: ['patch_embed.'], layerDecay: 0.5 };
  const trainer = createTrainer(await testContext(), model, weights, options);
  const batch = drawBatch(6);
  const losses: number[] = [];
  for (let i = 0; i < 40; i++) {
    losses.push((await trainer.step([batch], 5e-3)).loss);
    if (i > 0) continue;
    // AdamW's first step is as long as the learning rate in every element.
    const moved = await trainer.weights();
    const largest = (name: string) =>
      Math.max(...moved.get(name)!.map((value, k) => Math.abs(value - weights.get(name)![k])));
    for (const [name, rate] of Object.entries({
      'head.weight': 5e-3,
      'blocks.1.mlp.fc2.bias': 2.5e-3,
      'blocks.0.mlp.fc2.bias': 1.25e-3,
    })) {
      assert.ok(Math.abs(largest(name) / rate - 1) < 0.01, `${name} moved by ${largest(name)}, not ${rate}`);
    }
  }
  console.log(`loss ${losses[0]} → ${losses.at(-1)}`);
  assert.ok(losses[0] > 0.9 && losses.at(-1)! < 0.05, `loss ${losses[0]} → ${losses.at(-1)}`);
  const after = await trainer.weights();
  assert.equal(after.get('patch_embed.proj.weight'), weights.get('patch_embed.proj.weight'));
  await trainer.destroy();
});

test('it is trained by epochs, on clips that are read when they are needed', async () => {
  const { clips, labels } = drawBatch(9);
  const settings = parseSettings({ epochs: 2, batchSize: 6, dropout: 0, learningRate: 1e-3, seed: 1 }, 'the test');
  const set = { clips: [...clips], labels, split: labels.map((_, i) => Number(i >= 6)) };
  const data = splitForTraining(set, settings, 'the test', model.check);
  const history = await fit(await testContext(), model, data, settings, initialWeights(config, 1), {
    onEpoch: async () => {},
  });
  assert.is(history.length, 2);
  assert.ok(history.every(({ validation }) => validation && Number.isFinite(validation.loss)));
});

test('clips of another size are refused', () => {
  const clip = drawClip(1, 1);
  assert.throws(() => model.check({ ...clip, T: 5 }, 'clip 0'), /got 5 frames of 16×16 pixels, need 4 of 16×16/);
  assert.throws(() => model.check({ ...clip, width: 8 }, 'clip 0'), /got 4 frames of 8×16 pixels/);
});

test.run();
