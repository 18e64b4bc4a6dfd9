import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRandom } from '@movt/kernels/testing';
import { readImage, writePng } from '@movt/tracker/image';
import type { TrackSet } from '@movt/tracker/tracks';
import { writeTracks } from '@movt/tracker/tracks-file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
// Neither is an export of the package: writing checkpoints is for training, and only tests need the slow statement of the model.
import { writeCheckpoint } from '../packages/movt/src/checkpoint-file.ts';
import { modelFormulaWeights } from '../packages/movt/src/formula-weights.ts';
import { presetConfig } from '../packages/movt/src/presets.ts';
import { movtReference } from '../packages/movt/src/reference/movt.ts';
import { createMovtCommand } from './movt-command.ts';

const [CLIPS, T, N] = [12, 6, 5];
const NAMES = ['left', 'right', 'up'];
const config = presetConfig('movt-tiny', NAMES.length);
const weights = modelFormulaWeights(config);

const random = createRandom(4);
const { path, succeeds, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt eval and explain');
test.after(removeFolder);

const clips = Array.from({ length: CLIPS }, () => {
  const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.6) : value));
  return { data, T, N };
});
const logitsOf = (data: ArrayLike<number>) => Array.from(movtReference(config, weights, data, T, N).output);
const logits = clips.map(({ data }) => logitsOf(data));
/** In the test split, every other clip, the labels are what the model says, or one further for clips 4 and 10. */
const argmax = (values: number[]) => values.indexOf(Math.max(...values));
const labels = logits.map((values, i) => (argmax(values) + Number(i === 4 || i === 10)) % NAMES.length);
const set = {
  clips,
  labels,
  split: clips.map((_, i) => (i % 2 === 0 ? 2 : 0)),
  classes: NAMES,
} satisfies TrackSet;
const softmax = (values: number[]) => {
  const powers = values.map(Math.exp);
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
};
const near = (actual: number, expected: number, tolerance = 1e-5) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} for ${expected}`);

test.before(async () => {
  // As a training run leaves it: the model, and a state that is none.
  await mkdir(path('run'));
  await writeCheckpoint(path('run/model.safetensors'), { config, weights, task: 'classification', classes: NAMES });
  await writeTracks(path('run/state.safetensors'), set);
  await writeTracks(path('data.safetensors'), set);
  await writeCheckpoint(path('values.safetensors'), { config, weights, task: 'regression', classes: null });
});

test('eval scores the test split as the model in float64 does, and leaves pictures', async () => {
  const { stdout } = await succeeds(
    ...['eval', '--model', 'run', '--data', 'data.safetensors', '--device', 'gpu', '--json', '-o', 'scores'],
  );
  assert.is(stdout.trimEnd().split('\n').length, 1);
  const scores = JSON.parse(stdout);
  const tested = clips.flatMap((_, i) => (i % 2 === 0 ? [i] : []));
  assert.equal(
    [scores.task, scores.split, scores.per, scores.count, scores.clips],
    ['classification', 'test', 'clip', 6, 6],
  );
  assert.equal(scores.classes, NAMES);
  near(scores.top1, 4 / 6, 1e-12);
  const confusion = NAMES.map((_, label) =>
    NAMES.map((_, predicted) => tested.filter((i) => labels[i] === label && argmax(logits[i]) === predicted).length),
  );
  assert.equal(scores.confusion, confusion);
  const perClass = confusion.map((row, label) => {
    const count = row.reduce((a, b) => a + b);
    return count === 0 ? null : row[label] / count;
  });
  assert.equal(scores.perClass, perClass);
  near(scores.nll, tested.reduce((sum, i) => sum - Math.log(softmax(logits[i])[labels[i]]), 0) / 6);
  assert.is(scores.calibration.length, 15);
  assert.is(
    scores.calibration.reduce((sum: number, { count }: { count: number }) => sum + count, 0),
    6,
  );
  assert.ok(scores.timing.total_ms > 0 && scores.adapter.length > 0);

  assert.equal((await readdir(path('scores'))).sort(), ['calibration.svg', 'confusion.svg', 'eval.json']);
  assert.equal(JSON.parse(await readFile(path('scores/eval.json'), 'utf8')), scores);
  for (const name of ['calibration', 'confusion']) {
    assert.match(await readFile(path(`scores/${name}.svg`), 'utf8'), /^<svg .*<\/svg>$/s);
  }
});

test('eval averages the probabilities of a video, unless asked for clips', async () => {
  const group = [7, 7, 7, 3, 3, 3, 9, 9, 9, 1, 1, 1];
  const theirs = group.map((name) => [7, 3, 9, 1].indexOf(name) % NAMES.length);
  await writeTracks(path('videos.safetensors'), { clips, labels: theirs, group });
  const command = ['eval', '--model', 'run', '--data', 'videos.safetensors'];
  const [videos, alone] = await Promise.all([succeeds(...command, '--json'), succeeds(...command, '--per', 'clip')]);
  const scores = JSON.parse(videos.stdout);
  assert.equal([scores.split, scores.per, scores.count, scores.clips], ['all', 'video', 4, 12]);
  const answers = [0, 3, 6, 9].map((first) =>
    NAMES.map((_, k) => [0, 1, 2].reduce((sum, i) => sum + softmax(logits[first + i])[k] / 3, 0)),
  );
  near(scores.nll, answers.reduce((sum, answer, i) => sum - Math.log(answer[i % 3]), 0) / 4);
  assert.is(scores.top1, answers.filter((answer, i) => argmax(answer) === i % 3).length / 4);
  assert.match(alone.stdout, /^all of videos\.safetensors: 12 clip\(s\), each by itself\n/);
  const right = logits.filter((values, i) => argmax(values) === theirs[i]).length;
  assert.match(alone.stdout, new RegExp(`^top-1 +${(right / 12).toFixed(4)} +${right} of 12$`, 'm'));
  for (const name of NAMES) assert.match(alone.stdout, new RegExp(`^${name} +\\d`, 'm'));
});

test('groups of many labels are subjects: clips are judged by themselves, and never averaged', async () => {
  const group = clips.map((_, i) => i % 2);
  const both = clips.map((_, i) => i % NAMES.length);
  await writeTracks(path('subjects.safetensors'), { clips, labels: both, group });
  const command = ['eval', '--model', 'run', '--data', 'subjects.safetensors'];
  assert.match((await succeeds(...command)).stdout, /^all of subjects\.safetensors: 12 clip\(s\), each by itself\n/);
  await refuses(/group 0 with clips of different truths/, ...command, '--per', 'video', '-o', 'never');
  await refuses(/got clips without groups/, 'eval', '--model', 'run', '--data', 'data.safetensors', '--per', 'video');
});

test('eval of values: correlation and error of each, and no r for a constant target', async () => {
  const targets = Float32Array.from(logits.flatMap(([a, b], i) => [2 * a + 1, b + (i % 2 === 0 ? 0.5 : -0.5), 4]));
  await writeTracks(path('targets.safetensors'), { clips, targets });
  const { stdout } = await succeeds('eval', '--model', 'values.safetensors', '--data', 'targets.safetensors', '--json');
  const { task, pearson, meanPearson, rmse } = JSON.parse(stdout);
  assert.is(task, 'regression');
  near(pearson[0], 1, 1e-6);
  assert.ok(pearson[1] < 1);
  assert.is(pearson[2], null);
  near(meanPearson, (pearson[0] + pearson[1]) / 2, 1e-12);
  near(rmse[0], Math.sqrt(logits.reduce((sum, [a]) => sum + (a + 1) ** 2, 0) / CLIPS));
  near(rmse[1], 0.5);
});

/** ∂ logit / ∂ tracks [T,N,3] by central differences of the model in float64. */
function gradientOf(data: Float32Array, label: number): Float64Array {
  const step = 1e-5;
  return Float64Array.from(data, (_, at) => {
    const moved = (by: number) =>
      logitsOf(Float64Array.from(data, (value, i) => (i === at ? value + by : value)))[label];
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** The norm of each point's gradient over frames and coordinates, by the largest. */
function importanceOf(gradient: Float64Array): number[] {
  const norms = Array.from({ length: N }, (_, n) =>
    Math.sqrt(gradient.reduce((sum, value, i) => (Math.floor(i / 3) % N === n ? sum + value * value : sum), 0)),
  );
  return norms.map((norm) => norm / Math.max(...norms));
}

test('explain tells the importance of tracks by the gradient of the true class, and draws it', async () => {
  const command = ['explain', '--model', 'run', '--data', 'data.safetensors'];
  const { stdout } = await succeeds(...command, '--json', '-o', 'why');
  const { clips: explained, mean_important_count: mean, classes } = JSON.parse(stdout);
  assert.equal(classes, NAMES);
  assert.equal(
    explained.map(({ clip }: { clip: number }) => clip),
    [0, 2, 4, 6, 8, 10],
  );
  let total = 0;
  for (const { clip, predicted, importance, important_count, ...explanation } of explained) {
    assert.equal([explanation.class, explanation.label, predicted], [labels[clip], labels[clip], argmax(logits[clip])]);
    const expected = importanceOf(gradientOf(clips[clip].data, labels[clip]));
    for (const [n, value] of importance.entries()) near(value, expected[n], 1e-3);
    assert.is(important_count, importance.filter((value: number) => value > 0.5).length);
    total += important_count;
  }
  near(mean, total / 6, 1e-12);
  const seen = [0, 2, 4, 6, 8, 10].filter((i, at, all) => all.findIndex((k) => labels[k] === labels[i]) === at);
  const pictures = seen.map((i) => `clip-${i}.png`);
  assert.equal((await readdir(path('why'))).sort(), [...pictures, 'explain.json', 'importance.svg'].sort());
  for (const name of pictures) assert.ok((await readImage(path(`why/${name}`))).width >= 1000);
});

test('explain takes clips without labels, and a video: the predicted class is explained', async () => {
  await mkdir(path('folder'));
  const [first, second] = [clips.slice(0, 5), clips.slice(5)];
  await writeTracks(path('folder/a.safetensors'), { clips: first });
  await writeTracks(path('folder/b.safetensors'), { clips: second });
  const { stdout } = await succeeds('explain', '--model', 'run', '--tracks', 'folder', '--json');
  const { clips: explained } = JSON.parse(stdout);
  assert.is(explained.length, CLIPS);
  assert.is(explained[7].name, 'clip 2 of folder/b.safetensors');
  for (const { clip, label, predicted, ...explanation } of explained) {
    assert.equal([explanation.class, predicted, label], [argmax(logits[clip]), argmax(logits[clip]), undefined]);
  }
  await mkdir(path('video'));
  for (let t = 0; t < 3; t++) {
    const data = new Uint8Array(48 * 48 * 4).fill(255);
    for (let i = 0; i < 48 * 48; i++) {
      data.fill(128 + 100 * Math.sin((i % 48) - t) * Math.cos(0.7 * Math.floor(i / 48)), i * 4, i * 4 + 3);
    }
    await writePng(path(`video/${t}.png`), { width: 48, height: 48, data });
  }
  const watched = await succeeds(
    ...['explain', '--model', 'run', '--video', 'video', '--points', 'grid:3x3', '-o', 'watched'],
  );
  assert.match(watched.stdout, /^video: (left|right|up): \d of 9 tracks above 0\.5\non average \d\.0 tracks of a clip/);
  assert.equal((await readdir(path('watched'))).sort(), ['clip-0.png', 'explain.json', 'importance.svg']);
});

test('what cannot be judged or explained is refused', async () => {
  const evaluates = (file: string, ...rest: string[]) => ['eval', '--model', 'run', '--data', file, ...rest];
  await refuses(/no such file/, ...evaluates('missing.safetensors'));
  await refuses(/validation split of data\.safetensors: got no clip in it/, ...evaluates('data.safetensors', '--split', 'validation')); // biome-ignore format: one case a line
  await refuses(/got no labels/, ...evaluates('targets.safetensors'));
  await writeTracks(path('others.safetensors'), { ...set, classes: ['left', 'up', 'right'] });
  await refuses(/"up" as class 1, need "right", as the model calls it/, ...evaluates('others.safetensors'));
  await writeFile(path('taken'), '');
  await refuses(/a file, need a folder/, ...evaluates('data.safetensors', '-o', 'taken'));

  const explains = (...rest: string[]) => ['explain', '--model', 'run', ...rest];
  await refuses(/no clips, need --data FILE/, ...explains());
  await refuses(/--data and --video, need one/, ...explains('--data', 'data.safetensors', '--video', 'video'));
  await refuses(/--split with --tracks/, ...explains('--tracks', 'data.safetensors', '--split', 'test'));
  await refuses(/regresses values/, 'explain', '--model', 'values.safetensors', '--tracks', 'data.safetensors');
});

test.run();
