import { formulaWeights, readGolden, relativeL2 } from '@movt/kernels/testing';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type VideomaeConfig } from '../videomae/config.ts';
import { videomaeParameters } from '../videomae/parameters.ts';
import { encodeVideomaeOnnx } from './export-videomae.ts';

/** The bound that the golden data's definition sets for VideoMAE. */
const BOUND = 5e-5;

env.wasm.numThreads = 1; // a pool of threads would keep the process alive

for (const file of ['videomae-tiny', 'videomae-tiny-1frame']) {
  test(`${file}: onnxruntime-web answers as PyTorch did`, async () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    console.log(golden.config);
  });
}

test.run();
