import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { createPredictor, presetConfig } from 'movt';
import { readCheckpoint } from 'movt/checkpoint/file';
import { createProgress } from 'movt/progress';
import { parseSettings } from 'movt/train';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { derivedData, type StudyData } from './data.ts';
import { createForecast } from './forecast.ts';
import { thinTracks, thinVideos } from './frames.ts';
import { lockFolder } from './lock.ts';
import { type RunRequest, runKey } from './request.ts';
import { trainingShare } from './subsets.ts';
import { readAll, trainAll } from './train-all.ts';
import { inWorkspace } from './workspace.ts';

const test = suite('study');
const folder = await mkdtemp(join(tmpdir(), 'movt-study-'));
test.after(() => rm(folder, { recursive: true, force: true }));

/** Points from anywhere that move to the left or to the right. */
function drawClip(seed: number, label: number): Tracks {
  const [T, N] = [6, 4];
  const starts = createRandom(seed).uniform(2 * N, -1, 1);
  const step = label ? 0.1 : -0.1;
  const data = Float32Array.from({ length: T * N }, (_, i) => i).reduce(
    (values, i) => {
      const [t, n] = [Math.floor(i / N), i % N];
      values.set([starts[2 * n] + step * t, starts[2 * n + 1], 0], 3 * i);
      return values;
    },
    new Float32Array(T * N * 3),
  );
  return { data, T, N };
}

const labels = Array.from({ length: 40 }, (_, i) => i % 2);
const data: StudyData<Tracks> = {
  path: 'drawn',
  sha256: 'of drawn clips',
  set: {
    clips: labels.map((label, i) => drawClip(i, label)),
    labels,
    split: labels.map((_, i) => (i < 24 ? 0 : i < 32 ? 1 : 2)),
    classes: ['left', 'right'],
  },
};
const request = (seed: number, more: Partial<RunRequest> = {}): RunRequest => ({
  name: `tiny, seed ${seed}`,
  config: presetConfig('movt-tiny', 2),
  settings: parseSettings({ epochs: 3, batchSize: 8, learningRate: 3e-3, schedule: 'constant', seed }, 'the test'),
  data,
  ...more,
});

let written = '';
const stream = {
  isTTY: false,
  write(text: string) {
    written += text;
    return true;
  },
};
const options = {
  context: testContext,
  command: 'bench test',
  progress: createProgress(stream as unknown as NodeJS.WriteStream, 'bench'),
};
const noGpu = { ...options, context: () => Promise.reject(new Error('nothing is left to train')) };

test('models are trained once; their answers are those of their checkpoints', async () => {
  const place = join(folder, 'once');
  const requests = [request(1), request(2), request(1, { name: 'the same' })];
  const [one, two, same] = await inWorkspace(place, (workspace) => trainAll(workspace, requests, options));
  assert.is((await readdir(join(place, 'runs'))).length, 2);
  assert.equal([one.folder === two.folder, one.folder === same.folder], [false, true]);
  assert.equal([one.history.length, one.run.command, one.run.data.sha256], [3, 'bench test', data.sha256]);
  assert.equal(one.predictions.test!.indices, [32, 33, 34, 35, 36, 37, 38, 39]);
  const predictor = createPredictor(await testContext(), await readCheckpoint(two.folder));
  const clips = two.predictions.validation!.indices.map((i) => data.set.clips[i]);
  const { outputs, features } = await predictor.predict(clips, { features: true });
  await predictor.destroy();
  assert.equal(two.predictions.validation!.outputs, outputs);
  assert.equal(
    two.predictions.validation!.features,
    features!.map((known) => known.features),
  );
  const again = await inWorkspace(place, (workspace) => trainAll(workspace, requests, noGpu));
  assert.equal(
    again.map(({ predictions }) => predictions),
    [one, two, same].map(({ predictions }) => predictions),
  );
  assert.match(written, /bench: model 2 of 2: tiny, seed 2 …\nbench: tiny, seed 2: 3 epochs\n/);
});

test('an interrupted study goes on to the same bits', async () => {
  const train = async (name: string, breakAt: number) => {
    const stop = new Error('killed');
    let epochs = 0;
    const progress = {
      ...options.progress,
      advance(done: number, clips: number) {
        if (done === clips && ++epochs === breakAt) throw stop;
      },
    };
    const work = () =>
      inWorkspace(join(folder, name), (workspace) =>
        trainAll(workspace, [request(1), request(2)], { ...options, progress }),
      );
    return work().catch((error) => {
      if (error !== stop) throw error;
      return work();
    });
  };
  const [whole, broken] = [await train('whole', 0), await train('broken', 5)];
  assert.equal(
    broken.map(({ predictions }) => predictions),
    whole.map(({ predictions }) => predictions),
  );
});

test('without results it is said what makes them', async () => {
  const place = join(folder, 'once');
  const read = (requests: RunRequest[]) => inWorkspace(place, (workspace) => readAll(workspace, requests, 'Run it.'));
  assert.is((await read([request(2)])).length, 1);
  const error = await read([request(2), request(3)]).catch((thrown) => thrown);
  assert.match(error.message, /got 1 of 2 models \(not tiny, seed 3\), need all of them\. Run it\./);
});

test('a key is of all that decides the numbers, and of nothing else', () => {
  const first = runKey(request(1));
  assert.is(runKey(structuredClone(request(1, { name: 'other' }))), first);
  const { config, settings } = request(1);
  assert.is(
    runKey(request(1, { config: Object.fromEntries(Object.entries(config).reverse()) as typeof config })),
    first,
  );
  const others = [
    request(2),
    request(1, { config: { ...config, dim: 8 } }),
    request(1, { settings: { ...settings, epochs: 4 } }),
    request(1, { data: derivedData(data, { frames: 3 }, data.set) }),
    request(1, { training: [0, 1] }),
    request(1, { training: [0, 3] }),
  ].map(runKey);
  assert.is(new Set([first, ...others]).size, 7);
});

test('a run sees the training clips that it may, and the validation clips', async () => {
  const kept = trainingShare(data.set, 0.25, 7, 'drawn');
  assert.equal(kept.map((i) => labels[i]).sort(), [0, 0, 0, 1, 1, 1]);
  const more = trainingShare(data.set, 0.5, 7, 'drawn');
  assert.ok(
    kept.every((i) => more.includes(i)),
    'a smaller share is part of a larger one',
  );
  assert.not.equal(trainingShare(data.set, 0.25, 8, 'drawn'), kept);
  assert.is(trainingShare(data.set, 0.001, 7, 'drawn').length, 2);
  const [model] = await inWorkspace(join(folder, 'share'), (workspace) =>
    trainAll(workspace, [request(1, { training: kept })], options),
  );
  assert.is(model.history[0].step, 1, 'six clips are one batch');
  assert.is(model.predictions.validation!.outputs.length, 8);
});

test('fewer frames are spread over the clip', async () => {
  const clip = { data: Float32Array.from({ length: 8 * 2 * 3 }, (_, i) => Math.floor(i / 6)), T: 8, N: 2 };
  const tracks = { path: '', sha256: '', set: { clips: [clip] } };
  const frames = (count: number) => {
    const [{ data, T, N }] = thinTracks(tracks, count).set.clips;
    assert.equal([T, N, data.length], [count, 2, 6 * count]);
    return [...data].filter((_, i) => i % 6 === 0);
  };
  assert.is(thinTracks(tracks, 8), tracks);
  assert.equal(frames(4), [0, 2, 5, 7]);
  assert.equal(frames(3), [0, 4, 7]);
  assert.throws(() => thinTracks(tracks, 9), /9 of 8/);
  const pixels = () => Uint8Array.from({ length: 8 * 6 }, (_, i) => Math.floor(i / 6));
  const videos = { path: '', sha256: '', set: { clips: [{ T: 8, height: 1, width: 2, pixels }] } };
  const [video] = thinVideos(videos, 4).set.clips;
  assert.equal([video.T, video.height, video.width], [4, 1, 2]);
  assert.equal(
    [...(await video.pixels())].filter((_, i) => i % 6 === 0),
    [0, 2, 5, 7],
  );
});

test('the time left is that of the clips left, model by model', () => {
  const forecast = createForecast();
  const [small, large] = [request(1), request(1, { config: { ...request(1).config, layers: 9 } })];
  assert.is(forecast.left([{ request: small, epochs: 1 }]), null);
  forecast.saw(small, 48);
  assert.is(forecast.left([{ request: small, epochs: 3 }]), 1500);
  assert.is(forecast.left([{ request: large, epochs: 1 }]), 500, 'as fast as those that are known');
  forecast.saw(large, 12);
  assert.is(
    forecast.left([
      { request: small, epochs: 1 },
      { request: large, epochs: 0.5 },
    ]),
    1500,
  );
});

test('a folder is for one process; a lock that a dead one left is no hindrance', async () => {
  const place = join(folder, 'lock');
  await inWorkspace(place, async () => {
    const error = await inWorkspace(place, async () => {}).catch((thrown) => thrown);
    assert.match(error.message, new RegExp(`got a folder that process ${process.pid} on ${hostname()} has used since`));
  });
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.on('close', resolve));
  await writeFile(join(place, 'lock.json'), JSON.stringify({ pid: child.pid, host: hostname(), since: 'then' }));
  const unlock = await lockFolder(place);
  assert.is(JSON.parse(await readFile(join(place, 'lock.json'), 'utf8')).pid, process.pid);
  await unlock();
  assert.is(await stat(join(place, 'lock.json')).catch(() => null), null);
  assert.equal(await readdir(place), ['runs']);
  await writeFile(join(place, 'lock.json'), 'x');
  assert.match((await lockFolder(place).catch((thrown) => thrown)).message, /Remove that file/);
});

test.run();
