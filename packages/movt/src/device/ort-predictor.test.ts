import { MovtError } from '@movt/kernels';
import { assertClose, createRandom, readGolden, relativeL2, testContext } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Checkpoint } from '../checkpoint.ts';
import { parseConfig } from '../config.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { initialWeights } from '../init.ts';
import { createPredictor } from '../predict.ts';
import { presetConfig } from '../presets.ts';
import { loadWasmRuntime } from './node-runtimes.ts';
import { createOrtPredictor } from './ort-predictor.ts';

/** The bound that the golden data's definition sets for MovT's outputs. */
const BOUND = 1e-5;

const runtime = await loadWasmRuntime();
console.log(runtime.name);

const config = presetConfig('movt-tiny', 5);
const checkpoint: Checkpoint = { config, weights: initialWeights(config, 7), task: 'classification', classes: null };

function drawClip(seed: number, T: number, N: number): Tracks {
  const data = createRandom(seed).normal(T * N * 3);
  return { data: data.map((value, i) => (i % 3 === 2 ? Number(value > 1) : value)), T, N };
}

for (const file of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression']) {
  test(`${file}: outputs and features as PyTorch computed them`, async () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const config = parseConfig(golden.config, file);
    const { shape, data } = golden.tensor('tracks');
    const [batch, T, N] = shape;
    const length = T * N * 3;
    const clips = Array.from({ length: batch }, (_, b) => ({ data: data.slice(b * length, (b + 1) * length), T, N }));
    const weights = modelFormulaWeights(config);
    const predictor = await createOrtPredictor(runtime, { config, weights, task: 'classification', classes: null });
    const { outputs, features = [] } = await predictor.predict(clips, { features: true });
    const joined = (arrays: readonly Float32Array[]) => arrays.flatMap((array) => [...array]);
    const found = {
      output: joined(outputs),
      motion: joined(features.map(({ motion }) => motion)),
      position: joined(features.map(({ position }) => position)),
      features: joined(features.map(({ features }) => features)),
    };
    for (const [name, values] of Object.entries(found)) {
      const error = relativeL2(values, golden.tensor(name).data);
      console.log(`${file} ${name}: relative error ${error.toExponential(1)}`);
      assert.ok(error <= BOUND, `${name}: ${error}`);
    }
    await predictor.destroy();
  });
}

test('clips of any T and N, more than a batch holds, in calls made together: the answers of the GPU, in their order', async () => {
  const clips = Array.from({ length: 70 }, (_, i) => drawClip(i, 2 + (i % 3), 1 + (i % 2)));
  const gpu = createPredictor(await testContext(), checkpoint);
  const wasm = await createOrtPredictor(runtime, checkpoint);
  const expected = await gpu.predict(clips, { features: true });
  const [all, ...singles] = await Promise.all([
    wasm.predict(clips, { features: true }),
    ...clips.slice(0, 6).map((clip) => wasm.predict([clip])),
  ]);
  const tolerance = { rtol: 1e-4, atol: 1e-5 };
  for (const [i, output] of expected.outputs.entries()) {
    assertClose(all.outputs[i], output, tolerance, `clip ${i} of 70`);
    for (const name of ['motion', 'position', 'features'] as const) {
      assertClose(all.features![i][name], expected.features![i][name], tolerance, `${name} of clip ${i}`);
    }
  }
  for (const [i, { outputs, features }] of singles.entries()) {
    assertClose(outputs[0], expected.outputs[i], tolerance, `clip ${i} alone`);
    assert.is(features, undefined);
  }
  assert.ok(all.cost.compileMs > 0 && all.cost.runMs > 0);
  assert.is((await wasm.predict([clips[0]])).cost.compileMs, 0, 'loading is told once');
  await Promise.all([gpu.destroy(), wasm.destroy()]);
});

test('what cannot be answered is refused, and the next clip is answered all the same', async () => {
  const wasm = await createOrtPredictor(runtime, checkpoint);
  const refusal = async (clips: Tracks[]) => {
    const error = await wasm.predict(clips).then(
      () => undefined,
      (error) => error,
    );
    assert.instance(error, MovtError);
    return error as MovtError;
  };
  assert.is((await refusal([])).code, 'bad_input');
  assert.match((await refusal([{ data: new Float32Array(12).fill(NaN), T: 2, N: 2 }])).message, /clip 0/);
  // Attention's scores alone would take 15 GiB.
  const huge = await refusal([{ data: new Float32Array(2 * 32_000 * 3), T: 2, N: 32_000 }]);
  assert.is(huge.code, 'limit_exceeded');
  assert.match(huge.message, /1 clip\(s\) of 2 frames and 32000 points/);
  assert.is((await wasm.predict([drawClip(1, 4, 3)])).outputs.length, 1);
  await wasm.destroy();
});

test.run();
