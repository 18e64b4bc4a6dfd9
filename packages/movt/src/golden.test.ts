import type { GpuContext } from '@movt/kernels';
import { readGolden, relativeL2, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MovtConfig } from './config.ts';
import { parseConfig } from './config.ts';
import { modelFormulaWeights } from './formula-weights.ts';
import { createPredictor } from './predict.ts';

/** The bound that the golden data's definition sets for MovT's outputs. */
const BOUND = 1e-5;

const FILES = ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression', 'movt-base', 'movt-base-vb100'];

async function check(context: GpuContext, file: string, { halfWeights, bound } = { halfWeights: false, bound: BOUND }) {
  const golden = readGolden(`tests/golden/${file}.safetensors`);
  const config: MovtConfig = parseConfig(golden.config, file);
  const { shape, data } = golden.tensor('tracks');
  const [batch, T, N] = shape;
  const clips = Array.from({ length: batch }, (_, b) => ({
    data: data.slice(b * T * N * 3, (b + 1) * T * N * 3),
    T,
    N,
  }));
  const predictor = createPredictor(context, { config, weights: modelFormulaWeights(config) }, { halfWeights });
  const { outputs, features = [], cost } = await predictor.predict(clips, { features: true });
  const joined = (arrays: Float32Array[]) => arrays.flatMap((array) => [...array]);
  const errors = {
    motion: relativeL2(joined(features.map(({ motion }) => motion)), golden.tensor('motion').data),
    position: relativeL2(joined(features.map(({ position }) => position)), golden.tensor('position').data),
    features: relativeL2(joined(features.map(({ features }) => features)), golden.tensor('features').data),
    output: relativeL2(joined(outputs), golden.tensor('output').data),
  };
  const shown = Object.entries(errors).map(([name, error]) => `${name} ${error.toExponential(1)}`);
  console.log(`${file}: ${cost.dispatches} dispatches; relative error ${shown.join(', ')}`);
  for (const [name, error] of Object.entries(errors)) assert.ok(error <= bound, `${file} ${name}: ${error}`);
  assert.ok(cost.dispatches <= 25, `${file}: ${cost.dispatches} dispatches`);
  await predictor.destroy();
}

for (const file of FILES) {
  test(`${file} as PyTorch computed it`, async () => check(await testContext(), file));
}

test('the plan for a GPU gives the same, in at most 25 dispatches', async () => {
  const context = await testContext();
  const asGpu: GpuContext = Object.create(context, { traits: { value: { ...context.traits, software: false } } });
  for (const file of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-base']) await check(asGpu, file);
});

test('weights stored as f16 stay within their own tolerance', async () => {
  const context = await testContext();
  if (!context.traits.f16) return console.log('no shader-f16 on this adapter: the f16 path is not run');
  for (const file of ['movt-tiny', 'movt-base']) await check(context, file, { halfWeights: true, bound: 2e-3 });
});

test.run();
