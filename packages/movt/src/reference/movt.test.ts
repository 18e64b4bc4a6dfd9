import { readGolden, relativeL2 } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfig } from '../config.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { movtReference } from './movt.ts';
import type { ReferenceResult } from './trunk.ts';

const files = ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression', 'movt-base', 'movt-base-vb100'];

for (const file of files) {
  test(`${file}: the reference gives PyTorch's numbers`, () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const config = parseConfig(golden.config, file);
    const tracks = golden.tensor('tracks');
    const [, frames, points] = tracks.shape;
    // One clip of a large model takes seconds here.
    const batch = config.width > 32 ? 1 : tracks.shape[0];
    const weights = modelFormulaWeights(config);
    const clip = frames * points * 3;
    const results = Array.from({ length: batch }, (_, b) =>
      movtReference(config, weights, tracks.data.subarray(b * clip, (b + 1) * clip), frames, points),
    );
    const errorOf = (key: keyof ReferenceResult, name: string) => {
      const actual = results.flatMap((result) => [...result[key]]);
      return relativeL2(actual, golden.tensor(name).data.subarray(0, actual.length));
    };
    // output_f64 is rounded to float32 in the file; the rest was computed in float32.
    for (const name of ['motion', 'position', 'features', 'output'] as const) {
      const error = errorOf(name, name);
      assert.ok(error <= 1e-5, `${name}: relative L2 ${error}`);
    }
    const exact = errorOf('output', 'output_f64');
    assert.ok(exact <= 1e-6, `output_f64: relative L2 ${exact}`);
  });
}

test.run();
