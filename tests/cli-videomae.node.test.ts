import { copyFile, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { float32Entry } from '@movt/kernels/safetensors';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { createRandom, readGolden, relativeL2 } from '@movt/kernels/testing';
import { type Image, writePng } from '@movt/tracker/image';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
// None is an export of the package: only tests need the slow statement of the model.
import { modelFormulaWeights } from '../packages/movt/src/formula-weights.ts';
import { goldenConfig } from '../packages/movt/src/videomae/golden-config.ts';
import { videomaeParameters } from '../packages/movt/src/videomae/parameters.ts';
import { preprocessFrames, uniformFrames } from '../packages/movt/src/videomae/preprocess.ts';
import { videomaeReference } from '../packages/movt/src/videomae/reference.ts';
import { createMovtCommand } from './movt-command.ts';

/** The bound that the golden data's definition sets for VideoMAE. */
const BOUND = 5e-5;

const golden = readGolden('tests/golden/videomae-tiny.safetensors');
const config = goldenConfig(golden.config, 'videomae-tiny');
const weights = modelFormulaWeights(config);
const { path, succeeds, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt with a VideoMAE');
test.after(removeFolder);

async function writeVideo(name: string, frames: readonly Image[]): Promise<void> {
  await mkdir(path(name));
  for (const [t, frame] of frames.entries()) await writePng(path(`${name}/${t}.png`), frame);
}

const opaque = (width: number, height: number, value: (i: number) => number): Image => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : value((i >> 2) * 3 + (i % 4)))),
});

/** As the authors' scripts leave it: their names below a wrapper's, and no configuration. */
const parameters = videomaeParameters(config);
const tensors = parameters.map(
  ({ name, shape }) => [`module.${name}`, float32Entry(shape, weights.get(name)!)] as const,
);
await writeSafetensors(path('theirs.safetensors'), new Map(tensors));
const SIZES = ['--size', '32', '--heads', '3', '--frames', '4'];

const { data } = golden.tensor('video'); // [2,4,32,32,3]
const frameLength = 32 * 32 * 3;
await writeVideo(
  'clip',
  Array.from({ length: 4 }, (_, t) => opaque(32, 32, (i) => data[t * frameLength + i])),
);
const expected = golden.tensor('output').data.subarray(0, config.outputs);

const predict = async (...args: string[]) => JSON.parse((await succeeds('predict', '--json', ...args)).stdout);

test("the authors' checkpoint answers as PyTorch did, also as one of ours", async () => {
  const theirs = await predict('--model', 'theirs.safetensors', '--video', 'clip', ...SIZES, '--features');
  assert.ok(relativeL2(theirs.outputs[0], expected) <= BOUND, `${theirs.outputs[0]}`);
  const features = golden.tensor('features').data.subarray(0, config.width);
  assert.ok(relativeL2(theirs.features[0].features, features) <= BOUND);

  await succeeds('export', '--safetensors', '--model', 'theirs.safetensors', '-o', 'ours.safetensors', ...SIZES);
  const ours = await predict('--model', 'ours.safetensors', '--video', 'clip');
  assert.equal(ours.outputs, theirs.outputs);
  const about = JSON.parse((await succeeds('info', 'ours.safetensors', '--json')).stdout);
  assert.equal(about.config, config);
  assert.is(about.tensors, parameters.length);
});

test('views are averaged as probabilities', async () => {
  const random = createRandom(3);
  const frames = Array.from({ length: 9 }, () => opaque(48, 40, () => random.integer(0, 255)));
  await writeVideo('wide', frames);
  const answer = await predict('--model', 'theirs.safetensors', '--video', 'wide', ...SIZES, '--views', '2x3');
  const mean = new Float64Array(config.outputs);
  for (const segment of [0, 1]) {
    const chosen = uniformFrames(9, 4, segment, 2).map((position) => frames[position]);
    for (const clip of preprocessFrames(chosen, 32, 16, 3)) {
      const { output } = videomaeReference(config, weights, clip);
      const powers = Array.from(output, Math.exp);
      const sum = powers.reduce((a, b) => a + b);
      for (const [i, power] of powers.entries()) mean[i] += power / sum / 6;
    }
  }
  assert.ok(relativeL2(answer.probabilities[0], mean) <= BOUND, `${answer.probabilities[0]} for ${mean}`);
  assert.equal(answer.views, { segments: 2, crops: 3 });
});

test('what does not fit is refused', async () => {
  const theirs = (...args: string[]) => ['predict', '--model', 'theirs.safetensors', ...args];
  await copyFile(resolve('packages/kernels/src/pytorch/fixtures/protocol-2.pth'), path('other.pth'));
  await refuses(/15 tensors by other names \(weight, .*need patch_embed\.proj\.weight/, 'info', 'other.pth');
  await refuses(/frames = 3, need a multiple of tubelet/, ...theirs('--video', 'clip', '--frames', '3'));
  await refuses(/got --tracks, need --video/, ...theirs('--tracks', 'x.safetensors'));
  await refuses(/got --points, need no points/, ...theirs('--video', 'clip', '--points', 'grid:2x2'));
  await refuses(/got --device wasm, need --device gpu/, ...theirs('--video', 'clip', '--device', 'wasm'));
  await refuses(/--views.*2x3/, ...theirs('--video', 'clip', '--views', '2'));
  await writeVideo('small', [opaque(12, 40, () => 7)]);
  await refuses(/12×40 pixels, need at least 16×16/, ...theirs('--video', 'small', ...SIZES));
  await refuses(
    /of another kind \(videomae\), need a MovT/,
    'explain',
    '--model',
    'theirs.safetensors',
    '--tracks',
    'x',
    '-o',
    'y',
  );
});

test('untrained ones', async () => {
  const init = (...args: string[]) => ['init', '--classes', '3', '-o', 'm.safetensors', ...args];
  await succeeds(...init('--preset', 'videomae-small', '--frames', '1', '--size', '32'));
  const { config } = JSON.parse((await succeeds('info', 'm.safetensors', '--json')).stdout);
  assert.equal([config.model, config.frames, config.tubelet, config.size, config.outputs], ['videomae', 1, 1, 32, 3]);
  await refuses(/choosing videomae-small: got points/, ...init('--preset', 'videomae-small', '--points', '9'));
  await refuses(/choosing movt-tiny: got size/, ...init('--preset', 'movt-tiny', '--size', '32'));
  await refuses(/no --points/, ...init('--preset', 'pixt-tiny'));
});

test.run();
