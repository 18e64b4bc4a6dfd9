import { formulaWeights, readGolden, relativeL2 } from '@movt/kernels/testing';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { VideomaeConfig } from '../videomae/config.ts';
import { videomaeParameters } from '../videomae/parameters.ts';
import { encodeVideomaeOnnx } from './export-videomae.ts';

/** The bound that the golden data's definition sets for VideoMAE. */
const BOUND = 5e-5;

env.wasm.numThreads = 1; // a pool of threads would keep the process alive

const TINY = { width: 24, layers: 2, heads: 3, patch: 16, size: 32, outputs: 5 };
const CASES: Record<string, Partial<VideomaeConfig>> = {
  'videomae-tiny': { ...TINY, frames: 4, tubelet: 2 },
  'videomae-tiny-1frame': { ...TINY, frames: 1, tubelet: 1 },
};

for (const [file, sizes] of Object.entries(CASES)) {
  test(`${file}: onnxruntime-web answers as PyTorch did`, async () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const config = { model: 'videomae', mlpRatio: 4, normEps: 1e-6, fcNormEps: 1e-6, ...sizes } as VideomaeConfig;
    const weights = new Map(videomaeParameters(config).map(({ name, shape }) => [name, formulaWeights(name, shape)]));
    const session = await InferenceSession.create(encodeVideomaeOnnx({ config, weights }, {}));
    const { shape, data } = golden.tensor('video');
    const { logits } = await session.run({ video: new Tensor('float32', data, shape) });
    const error = relativeL2(logits.data as Float32Array, golden.tensor('output').data);
    console.log(`${file} [${shape}]: relative error ${error.toExponential(1)}`);
    assert.ok(error <= BOUND, `${error}`);
    await session.release();
  });
}

test.run();
