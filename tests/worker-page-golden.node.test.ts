import { encodeSafetensors } from '@movt/kernels/safetensors';
import { readGolden, relativeL2 } from '@movt/kernels/testing';
import { build } from 'esbuild';
import { Hono } from 'hono';
import { encodeCheckpoint, parseConfig } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelFormulaWeights } from '../packages/movt/src/formula-weights.ts';
import { openPage } from './page-browser.ts';

/** The bound that browsers are held to. */
const BOUND = 5e-5;

/** What the page's engine is made of. */
const SCRIPT = `
  import { createContext } from '@movt/kernels';
  import { parseSafetensors } from '@movt/kernels/safetensors';
  import { createPredictor, decodeCheckpoint } from 'movt';
  export async function answer(data, [batch, T, N]) {
    const file = new Uint8Array(await (await fetch('/golden.safetensors')).arrayBuffer());
    const context = await createContext({ gpu: navigator.gpu });
    const predictor = createPredictor(context, decodeCheckpoint(parseSafetensors(file, 'golden'), 'golden'));
    const clips = Array.from({ length: batch }, (_, b) => ({
      data: Float32Array.from(data.slice(b * T * N * 3, (b + 1) * T * N * 3)), T, N,
    }));
    const { outputs } = await predictor.predict(clips);
    return outputs.flatMap((output) => Array.from(output));
  }
`;

test('movt-base in a browser answers as PyTorch does', async () => {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    loader: { '.wgsl': 'text' },
    logLevel: 'silent',
  });
  const golden = readGolden('tests/golden/movt-base.safetensors');
  const config = parseConfig(golden.config, 'movt-base');
  const weights = modelFormulaWeights(config);
  const { tensors, metadata } = encodeCheckpoint({ config, weights, task: 'classification', classes: null });
  const model = encodeSafetensors(tensors, metadata) as Uint8Array<ArrayBuffer>;
  const more = new Hono()
    .get('/golden.js', (c) => c.body(outputFiles[0]!.text, 200, { 'content-type': 'text/javascript' }))
    .get('/golden.safetensors', (c) => c.body(model));
  const { page, close } = await openPage({ webgpu: true, camera: false, more });
  try {
    const { shape, data } = golden.tensor('tracks');
    const output = await page.evaluate(
      async ([values, shape]) => {
        const address = '/golden.js';
        const { answer } = await import(address);
        return answer(values, shape) as Promise<number[]>;
      },
      [Array.from(data), shape] as const,
    );
    const error = relativeL2(output, golden.tensor('output').data);
    console.log(`relative error ${error.toExponential(1)}`);
    assert.ok(error <= BOUND, `${error}`);
  } finally {
    await close();
  }
});

test.run();
