import { createRandom } from '@movt/kernels';
import { relativeL2, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialWeights } from './init.ts';
import { modelOf } from './models.ts';
import { predictorOf } from './predictors.ts';
import { presetConfig } from './presets.ts';
import { createTapePredictor } from './tape-predictor.ts';

test('a MovT answers alike as its tape states it and as its fused plan, for clips of different shapes', async () => {
  const context = await testContext();
  const config = { ...presetConfig('movt-tiny', 5), velocityLags: [1, 3], normFirst: true };
  const random = createRandom(31);
  const sizes = [
    [9, 7],
    [4, 11],
    [12, 2],
  ];
  const clips = sizes.map(([T, N]) => ({
    T,
    N,
    data: random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.5) : value)),
  }));
  const weights = initialWeights(config, 4);
  const fused = predictorOf(context, modelOf(config), weights);
  const taped = createTapePredictor(context, modelOf(config), initialWeights(config, 1));
  taped.setWeights(weights);
  const [expected, found] = [fused, taped].map((predictor) => predictor.predict(clips, { features: true }));
  const [a, b] = [await expected, await found];
  for (const i of clips.keys()) {
    assert.ok(relativeL2(b.outputs[i], a.outputs[i]) < 1e-5, `outputs of clip ${i}`);
    assert.ok(relativeL2(b.features![i], a.features![i]) < 1e-5, `features of clip ${i}`);
  }
  const [profile] = await taped.profile(clips, 'plan');
  assert.equal(profile.outputs, b.outputs);
  await fused.destroy();
  await taped.destroy();
});

test.run();
