import { readGolden, relativeL2, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelFormulaWeights } from '../formula-weights.ts';
import { createTapePredictor } from '../tape-predictor.ts';
import { goldenConfig } from './golden-config.ts';
import { videomaeModel } from './model.ts';
import { videomaeReference } from './reference.ts';

/** The bound that the golden data's definition sets for VideoMAE. */
const BOUND = 5e-5;

function readQuestion(file: string) {
  const golden = readGolden(`tests/golden/${file}.safetensors`);
  const config = goldenConfig(golden.config, file);
  const { shape, data } = golden.tensor('video');
  const length = data.length / shape[0];
  const videos = Array.from({ length: shape[0] }, (_, b) =>
    Uint8Array.from(data.subarray(b * length, (b + 1) * length)),
  );
  return { golden, config, videos, weights: modelFormulaWeights(config) };
}

const joined = (arrays: readonly ArrayLike<number>[]) => arrays.flatMap((array) => Array.from(array));

for (const file of ['videomae-tiny', 'videomae-tiny-1frame']) {
  test(`${file}: the reference gives PyTorch's numbers`, () => {
    const { golden, config, videos, weights } = readQuestion(file);
    const results = videos.map((video) => videomaeReference(config, weights, video));
    const exact = relativeL2(joined(results.map(({ output }) => output)), golden.tensor('output_f64').data);
    const features = relativeL2(joined(results.map((result) => result.features)), golden.tensor('features').data);
    assert.ok(exact <= 1e-6, `output_f64: relative L2 ${exact}`);
    assert.ok(features <= 1e-5, `features: relative L2 ${features}`);
  });

  test(`${file} as PyTorch computed it`, async () => {
    const { golden, config, videos, weights } = readQuestion(file);
    const predictor = createTapePredictor(await testContext(), videomaeModel(config), weights);
    const clips = videos.map((video) => ({
      T: config.frames,
      height: config.size,
      width: config.size,
      pixels: () => video,
    }));
    const { outputs, features = [], cost } = await predictor.predict(clips, { features: true });
    const errors = {
      features: relativeL2(joined(features), golden.tensor('features').data),
      output: relativeL2(joined(outputs), golden.tensor('output').data),
    };
    const shown = Object.entries(errors).map(([name, error]) => `${name} ${error.toExponential(1)}`);
    console.log(`${file}: ${cost.dispatches} dispatches; relative error ${shown.join(', ')}`);
    for (const [name, error] of Object.entries(errors)) assert.ok(error <= BOUND, `${file} ${name}: ${error}`);
    await predictor.destroy();
  });
}

test.run();
