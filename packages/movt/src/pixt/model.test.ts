import { createRandom } from '@movt/kernels';
import { relativeL2, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialWeights, type Weights } from '../init.ts';
import { modelOf, parseModelConfig } from '../models.ts';
import { parameterCount } from '../parameters.ts';
import { pixtReference } from '../reference/pixt.ts';
import { createTapePredictor } from '../tape-predictor.ts';
import { checkModelGradient } from '../train/check-model-gradient.ts';
import type { PixelClip } from './clip.ts';
import { parsePixtConfig } from './config.ts';
import { pixtModel } from './model.ts';
import { pixtPreset, pixtPresetNames } from './presets.ts';

const config = pixtPreset('pixt-tiny', { points: 9, outputs: 5 });
const model = pixtModel(config);
const weights = initialWeights(config, 3);

const drawClip = (seed: number, T: number, N: number): PixelClip => ({
  data: createRandom(seed).uniform(T * N * 3, 0, 1),
  T,
  N,
});

/** Of different lengths and numbers of pixels; one without those at some places. */
const CLIPS = [drawClip(1, 6, 9), drawClip(2, 4, 5), { ...drawClip(3, 5, 3), places: [7, 2, 4] }];

test("pixt-base has the paper's parameters: 4.41 million of those that thop sees, of 5.46 in all", () => {
  const { parameters } = pixtModel(pixtPreset('pixt-base', { points: 60, outputs: 27 }));
  assert.is(parameterCount(parameters.filter(({ unseen }) => !unseen)), 4_412_315);
  // Those of movt-base at 27 classes, 5,613,595, without the position branch and with the embedding.
  assert.is(parameterCount(parameters), 5_613_595 - 148_608 + 60 * 128);
});

test('every preset is a valid configuration, known by its key `model`; what is none is refused', () => {
  for (const name of pixtPresetNames) {
    const preset = pixtPreset(name, { points: 60, outputs: 7 });
    assert.equal(parseModelConfig({ ...preset }, name), preset);
    assert.is(modelOf(preset).config, preset);
  }
  assert.throws(() => pixtPreset('movt-base', { points: 60, outputs: 7 }), /"movt-base", need one of pixt-base, pixt-/);
  assert.throws(() => parsePixtConfig({ ...config, points: 0 }, 'm'), /points = 0, need a whole number of 1/);
  assert.throws(() => parsePixtConfig({ ...config, heads: 5 }, 'm'), /heads = 5, need a divisor of width/);
  assert.throws(
    () => parseModelConfig({ ...config, positionHidden: [] }, 'm'),
    /positionHidden = \[\], need no such key/,
  );
});

test('clips of any length, and with pixels left out, answer as the float64 reference', async () => {
  const predictor = createTapePredictor(await testContext(), model, weights);
  const { outputs, features } = await predictor.predict(CLIPS, { features: true });
  for (const [b, clip] of CLIPS.entries()) {
    const expected = pixtReference(config, weights, clip);
    assert.ok(relativeL2(outputs[b], expected.output) < 1e-5, `clip ${b}: ${outputs[b]}`);
    assert.ok(relativeL2(features![b], expected.features) < 1e-5, `features of clip ${b}`);
  }
  await predictor.destroy();
});

test('gradients are central differences of the float64 reference; the embedding has them where there are pixels', async () => {
  const reference = (tried: Weights, clip: PixelClip) => pixtReference(config, tried, clip).output;
  const clips = [CLIPS[1], CLIPS[2]];
  const gradients = await checkModelGradient(model, weights, { clips, labels: [4, 0] }, reference);
  const embedding = gradients.get('position.embedding')!;
  for (let place = 0; place < config.points; place++) {
    const row = embedding.subarray(place * config.dim, (place + 1) * config.dim);
    assert.is(
      row.some((value) => value !== 0),
      place < 5 || place === 7,
      `place ${place}`,
    );
  }
});

test.run();
