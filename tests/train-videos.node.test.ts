import { mkdir, readFile, rename } from 'node:fs/promises';
import { float32Entry } from '@movt/kernels/safetensors';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { readGolden, testContext } from '@movt/kernels/testing';
import { modelOf } from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { fit, splitForTraining } from 'movt/train';
import { beginRun, hashSet, readRun, saveEpoch } from 'movt/train/folder';
import { readVideoFolder } from 'movt/videos';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
// None is an export of the package.
import { onlyGpu } from '../packages/movt/src/cli/device.ts';
import { chooseStart } from '../packages/movt/src/cli/train-start.ts';
import { modelFormulaWeights } from '../packages/movt/src/formula-weights.ts';
import { goldenConfig } from '../packages/movt/src/videomae/golden-config.ts';
import { videomaeParameters } from '../packages/movt/src/videomae/parameters.ts';
import { readClips } from '../packages/movt/src/videos/model-clips-file.ts';
import { openVideoFolderWriter } from '../packages/movt/src/videos/write-folder.ts';
import { createMovtCommand } from './movt-command.ts';

const [S, T, N, V, SIZE] = [12, 4, 3, 4, 32];
const { path, succeeds, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt train and eval on a folder of videos');
test.after(removeFolder);

/** Clips whose two classes differ in everything: in where they lie and how bright they are. */
async function writeFolder(folder: string): Promise<void> {
  const labels = Array.from({ length: S }, (_, s) => s % 2);
  const writer = (await openVideoFolderWriter(folder, {
    ...{ labels, split: labels.map((_, s) => (s < 8 ? 0 : 1)), classes: ['dark', 'bright'] },
    ...{ frames: T, points: N, videoFrames: V, size: SIZE, source: 'a test', request: {} },
  }))!;
  const times = { decode_ms: 1, track_ms: 1, resize_ms: 1, sample_ms: 1, klt_flops: 1, klt_macs: 1 };
  for (const [s, label] of labels.entries()) {
    const bytes = (length: number) => new Uint8Array(length).map((_, i) => label * 128 + ((i * 37 + s * 11) % 128));
    const tracks = new Float32Array(T * N * 3).map((_, i) => (i % 3 === 2 ? 0 : label - 0.5 + (i * s) / 500));
    const clip = { tracks, pixels: bytes(T * N * 3), video: bytes(V * SIZE * SIZE * 3) };
    await writer.add(clip, { ...times, width: SIZE, height: SIZE });
  }
  await writer.finish();
}

await writeFolder(path('data'));

/** By the authors' names and without a configuration, of other classes. */
const config = goldenConfig(readGolden('tests/golden/videomae-tiny.safetensors').config, 'videomae-tiny');
const weights = modelFormulaWeights(config);
const tensors = videomaeParameters(config).map(
  ({ name, shape }) => [`module.${name}`, float32Entry(shape, weights.get(name)!)] as const,
);
await writeSafetensors(path('theirs.safetensors'), new Map(tensors));
const SIZES = ['--size', '32', '--heads', '3', '--frames', '4'];
const TRAIN = ['train', '--data', 'data', '--epochs', '2', '--batch-size', '4', '--lr', '0.01', '--dropout', '0'];

const metricsOf = async (run: string) =>
  (await readFile(path(`${run}/metrics.jsonl`), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { clips_per_s: _, ...record } = JSON.parse(line);
      return record;
    });

/** `movt eval` says of the validation clips what the best epoch said. */
async function judges(run: string): Promise<void> {
  const command = ['eval', '--model', run, '--data', 'data', '--device', 'gpu', '--json'];
  const { stdout } = await succeeds(...command, '--split', 'validation');
  const { nll, top1, clips, classes } = JSON.parse(stdout);
  const losses = (await metricsOf(run)).map(({ validation }) => validation);
  const best = losses.reduce((a, b) => (b.loss < a.loss ? b : a));
  assert.ok(Math.abs(nll - best.loss) < 1e-5, `${nll} for ${best.loss}`);
  assert.equal([top1, clips, classes], [best.top1, 4, ['dark', 'bright']]);
}

test("the head of the authors' VideoMAE is trained, and after an epoch gone on with to the same bits", async () => {
  const freeze = ['--freeze', 'patch_embed,blocks,fc_norm', '--layer-decay', '0.75'];
  await succeeds(...TRAIN, '--from', 'theirs.safetensors', ...SIZES, ...freeze, '-o', 'whole');
  const whole = (await readRun(path('whole')))!;
  const trained = whole.state!.trainer.weights;
  for (const [name, values] of weights) {
    if (!name.startsWith('head.')) assert.equal(trained.get(name), values, name);
  }
  assert.is(trained.get('head.bias')!.length, 2);
  const [first, second] = await metricsOf('whole');
  assert.ok(second.loss < first.loss, `${first.loss} → ${second.loss}`);

  // As a run is left that was stopped after its first epoch.
  const { run } = whole;
  const { videos } = await readVideoFolder(path('data'));
  assert.is(run.data.sha256, await hashSet(videos));
  const model = modelOf(run.config);
  const data = splitForTraining(videos, run.settings, 'data', model.check);
  const { clips, begin } = await chooseStart({ from: path('theirs.safetensors'), output: '' }, whole);
  assert.is(clips, 'video');
  const start = begin(videos, data.outputs, run.settings.seed).weights;
  await beginRun(path('cut'), run);
  const stopped = fit(await testContext(), model, data, run.settings, start, {
    async onEpoch(state, isBest) {
      await saveEpoch(path('cut'), run, state, isBest);
      throw new Error('stopped');
    },
  });
  assert.is(await stopped.catch(({ message }) => message), 'stopped');
  const { stderr } = await succeeds('train', '--resume', '-o', 'cut');
  assert.match(stderr, /resuming cut after epoch 1\n/);
  assert.equal(await metricsOf('cut'), await metricsOf('whole'));
  const [best, again] = await Promise.all(['whole', 'cut'].map((run) => readFile(path(`${run}/model.safetensors`))));
  assert.ok(best.equals(again));
  assert.equal((await readRun(path('cut')))!.state!.trainer, whole.state!.trainer);
  await judges('cut');
});

test('a PixT learns from pixels', async () => {
  await succeeds(...TRAIN, '--preset', 'pixt-tiny', '-o', 'pixt');
  const { config: found } = await readModelCheckpoint(path('pixt'));
  assert.equal('model' in found && [found.model, found.outputs, 'points' in found && found.points], ['pixt', 2, N]);
  const { pixels } = await readVideoFolder(path('data'));
  assert.is((await readRun(path('pixt')))!.run.data.sha256, await hashSet(pixels));
  await judges('pixt');
});

test('new models have the sizes of the data; a MovT takes the tracks of the folder', async () => {
  const sizes = async (preset: string) => {
    const { clips, begin } = await chooseStart({ preset, output: '' }, null);
    return begin(await readClips(clips, path('data')), 2, 1).config as unknown as Record<string, unknown>;
  };
  const { model, frames, size, patch, tubelet, outputs } = await sizes('videomae-small');
  assert.equal([model, frames, size, patch, tubelet, outputs], ['videomae', V, SIZE, 16, 2, 2]);
  assert.is((await sizes('movt-tiny')).model, undefined);
  const file = await readClips('tracks', path('data/tracks.safetensors'));
  assert.is(await hashSet(await readClips('tracks', path('data'))), await hashSet(file));
});

test('what does not fit is refused', async () => {
  const theirs = ['train', '--from', 'theirs.safetensors', '-o', 'never'];
  const file = 'data/tracks.safetensors';
  await refuses(
    /reading data\/tracks\.safetensors: got no folder with video\.safetensors, need one, as `movt data videos`/,
    ...[...theirs, '--data', file],
  );
  await refuses(
    /clip 8 of data: got 4 frames of 32×32 pixels, need 8 of 32×32/,
    ...['eval', '--model', 'whole', '--data', 'data', '--device', 'gpu', '--frames', '8'],
  );
  await refuses(
    /resuming whole: got config\.frames = 8, need config\.frames = 4/,
    ...['train', '--resume', '-o', 'whole', '--frames', '8'],
  );
  assert.throws(() => onlyGpu('wasm', 'a VideoMAE'), /running a VideoMAE: got --device wasm, need --device gpu/);

  const fails = async (message: RegExp, work: Promise<unknown>) =>
    assert.match(await work.then(String, (error) => `${error.code}: ${error.message}`), message);
  await fails(
    /^bad_input: .* got no folder with pixels\.safetensors, .* a PixT learns from/,
    readClips('pixels', path(file)),
  );
  await fails(
    /^bad_input: .* got --frames, --size or --heads, and --preset/,
    chooseStart({ preset: 'videomae-small', size: 64, output: '' }, null),
  );
  await mkdir(path('part'));
  await rename(path(file), path('part/tracks.safetensors'));
  await fails(/^bad_input: .*part: got no folder with video\.safetensors/, readClips('video', path('part')));
  await fails(/^bad_input: .*data\/tracks\.safetensors: got no such file/, readClips('video', path('data')));
});

test.run();
