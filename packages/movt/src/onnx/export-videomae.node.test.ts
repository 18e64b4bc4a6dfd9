import { readGolden, relativeL2 } from '@movt/kernels/testing';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelFormulaWeights } from '../formula-weights.ts';
import { goldenConfig } from '../videomae/golden-config.ts';
import { encodeVideomaeOnnx } from './export-videomae.ts';

/** The bound that the golden data's definition sets for VideoMAE. */
const BOUND = 5e-5;

env.wasm.numThreads = 1; // a pool of threads would keep the process alive

for (const file of ['videomae-tiny', 'videomae-tiny-1frame']) {
  test(`${file}: onnxruntime-web answers as PyTorch did`, async () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const config = goldenConfig(golden.config, file);
    const weights = modelFormulaWeights(config);
    const session = await InferenceSession.create(
      encodeVideomaeOnnx({ config, weights, task: 'classification', classes: null }),
    );
    const { shape, data } = golden.tensor('video');
    const { logits } = await session.run({ video: new Tensor('float32', data, shape) });
    const error = relativeL2(logits.data as Float32Array, golden.tensor('output').data);
    console.log(`${file} [${shape}]: relative error ${error.toExponential(1)}`);
    assert.ok(error <= BOUND, `${error}`);
    await session.release();
  });
}

test.run();
