import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readGolden, relativeL2 } from '@movt/kernels/testing';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint, writeCheckpoint } from '../checkpoint-file.ts';
import { type MovtConfig, parseConfig } from '../config.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { initialWeights, type Weights } from '../init.ts';
import { presetConfig } from '../presets.ts';
import { movtReference } from '../reference/movt.ts';
import { encodeOnnx } from './export.ts';

/** The bound that the golden data's definition sets for MovT's outputs. */
const BOUND = 1e-5;

env.wasm.numThreads = 1; // a pool of threads would keep the process alive

function open(config: MovtConfig, weights: Weights): Promise<InferenceSession> {
  const model = encodeOnnx({ config, weights, task: 'classification', classes: null });
  return InferenceSession.create(model, { executionProviders: ['wasm'] });
}

/** [B,outputs] of tracks [B,T,N,3] */
async function run(session: InferenceSession, tracks: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const { logits } = await session.run({ tracks: new Tensor('float32', tracks, shape) });
  assert.equal(logits.dims[0], shape[0]);
  return logits.data as Float32Array;
}

for (const file of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression', 'movt-base']) {
  test(`${file}: onnxruntime-web answers as PyTorch did`, async () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const config = parseConfig(golden.config, file);
    const session = await open(config, modelFormulaWeights(config));
    const { shape, data } = golden.tensor('tracks');
    const error = relativeL2(await run(session, data, shape), golden.tensor('output').data);
    console.log(`${file} [${shape}]: relative error ${error.toExponential(1)}`);
    assert.ok(error <= BOUND, `${error}`);
    await session.release();
  });
}

test('ways over several lags and from the mean place, as the reference sees them', async () => {
  const config: MovtConfig = { ...presetConfig('movt-tiny', 5), velocityLags: [1, 3, 8], displacement: true };
  const weights = initialWeights(config, 11);
  const session = await open(config, weights);
  for (const [T, N] of [
    [2, 3],
    [21, 2],
  ]) {
    const tracks = Float32Array.from({ length: T * N * 3 }, (_, i) =>
      i % 3 === 2 ? Number(Math.sin(i) > 0.7) : Math.sin(i * i),
    );
    const { output } = movtReference(config, weights, tracks, T, N);
    const error = relativeL2(await run(session, tracks, [1, T, N, 3]), output);
    assert.ok(error <= BOUND, `[${T},${N}]: ${error}`);
  }
  await session.release();
});

test('one file serves every number of clips, frames and points', async () => {
  const golden = readGolden('tests/golden/movt-tiny.safetensors');
  const config = parseConfig(golden.config, 'movt-tiny');
  const weights = modelFormulaWeights(config);
  const session = await open(config, weights);
  for (const [B, T, N] of [
    [1, 2, 1],
    [1, 7, 3],
    [3, 2, 5],
    [5, 33, 61],
  ]) {
    const tracks = Float32Array.from({ length: B * T * N * 3 }, (_, i) =>
      i % 3 === 2 ? Number(Math.sin(i) > 0.7) : Math.sin(i * i),
    );
    const expected = Array.from({ length: B }, (_, b) => [
      ...movtReference(config, weights, tracks.subarray(b * T * N * 3, (b + 1) * T * N * 3), T, N).output,
    ]);
    const error = relativeL2(await run(session, tracks, [B, T, N, 3]), expected.flat());
    assert.ok(error <= BOUND, `[${B},${T},${N}]: ${error}`);
  }
  await session.release();
});

test('`movt export` writes that file, and nothing where it cannot', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movt-onnx-'));
  const movt = (...args: string[]) =>
    promisify(execFile)(process.execPath, [resolve('dist/movt.mjs'), 'export', '--onnx', ...args], { cwd: folder });
  const config = presetConfig('movt-tiny', 3);
  const weights = initialWeights(config, 1);
  await writeCheckpoint(join(folder, 'm.safetensors'), { config, weights, task: 'classification', classes: null });
  await movt('--model', 'm.safetensors', '-o', 'm.onnx');
  const written = await readFile(join(folder, 'm.onnx'));
  assert.ok(written.equals(encodeOnnx(await readCheckpoint(join(folder, 'm.safetensors')))));
  const before = await readdir(folder);
  for (const [message, ...args] of [
    [/no such file/, '--model', 'missing.safetensors', '-o', 'n.onnx'],
    [/no such folder/, '--model', 'm.safetensors', '-o', 'missing/n.onnx'],
    [/another file of this command/, '--model', 'm.safetensors', '-o', 'm.safetensors'],
    [/--output/, '--model', 'm.safetensors'],
  ] as const) {
    const failure = await movt(...args).catch((error) => error);
    assert.is(failure.code, 2);
    assert.match(failure.stderr, message);
    assert.equal(await readdir(folder), before);
  }
  await rm(folder, { recursive: true });
});

test.run();
