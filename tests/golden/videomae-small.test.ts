import { readGolden, relativeL2, testContext } from '@movt/kernels/testing';
import { readImage } from '@movt/tracker/image';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelFormulaWeights } from '../../packages/movt/src/formula-weights.ts';
import { createTapePredictor } from '../../packages/movt/src/tape-predictor.ts';
import { goldenConfig } from '../../packages/movt/src/videomae/golden-config.ts';
import { videomaeModel } from '../../packages/movt/src/videomae/model.ts';

/** The bound that the golden data's definition sets for VideoMAE. */
const BOUND = 5e-5;

test('videomae-small at 16 frames as PyTorch computed it', async () => {
  const golden = readGolden('tests/golden/videomae-small-16f.safetensors');
  const config = goldenConfig(golden.config, 'videomae-small-16f');
  const { frames, size } = config;
  // The frames stand one below the other.
  const picture = await readImage('tests/golden/videomae-small-16f.png');
  assert.equal([picture.width, picture.height], [size, frames * size]);
  const video = picture.data.filter((_, i) => i % 4 < 3);

  const predictor = createTapePredictor(await testContext(), videomaeModel(config), modelFormulaWeights(config));
  const clip = { T: frames, height: size, width: size, pixels: () => video };
  const { outputs, features, cost } = await predictor.predict([clip], { features: true });
  const errors = {
    features: relativeL2(features![0], golden.tensor('features').data),
    output: relativeL2(outputs[0], golden.tensor('output').data),
  };
  const shown = Object.entries(errors).map(([name, error]) => `${name} ${error.toExponential(1)}`);
  console.log(`${cost.dispatches} dispatches; relative error ${shown.join(', ')}`);
  for (const [name, error] of Object.entries(errors)) assert.ok(error <= BOUND, `${name}: ${error}`);
  await predictor.destroy();
});

test.run();
