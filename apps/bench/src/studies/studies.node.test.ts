import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { type CascadePoint, confidenceOf, type PixelClip, type VideoClip, type Weights } from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { createProgress } from 'movt/progress';
import { meanOf } from 'movt/statistics';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Recipe } from '../experiment/recipe.ts';
import { runKey } from '../experiment/request.ts';
import type { Series } from '../experiment/series.ts';
import { readAll, trainAll } from '../experiment/train-all.ts';
import type { Trained } from '../experiment/trained.ts';
import { inWorkspace, readWorkspace } from '../experiment/workspace.ts';
import { STUDIES } from './index.ts';
import type { StudyClips } from './inputs.ts';
import { createLaboratory } from './laboratory.ts';
import { studyPictures } from './pictures.ts';
import { storedRight, testAnswers } from './stored.ts';
import type { Findings, StudyInputs } from './study.ts';
import { writeStudy } from './write-study.ts';

const test = suite('studies');
const folder = await mkdtemp(join(tmpdir(), 'movt-studies-'));
test.after(() => rm(folder, { recursive: true, force: true }));

const [T, N] = [6, 4];
/** Pixels along either side of a video. */
const SIDE = 16;
const labels = Array.from({ length: 48 }, (_, i) => i % 2);
const known = {
  labels,
  split: labels.map((_, i) => (i < 24 ? 0 : i < 36 ? 1 : 2)),
  classes: ['left', 'right'],
  source: 'drawn clips',
};

/** Points that move to the left or to the right, and pixels and pictures that get darker or lighter with them. */
function drawn(seed: number): StudyClips {
  const random = createRandom(seed);
  const clips = labels.map((label): [Tracks, PixelClip, VideoClip] => {
    const starts = random.uniform(2 * N, -1, 1);
    const step = label ? 0.1 : -0.1;
    const tracks = new Float32Array(T * N * 3);
    const pixels = new Float32Array(T * N * 3);
    for (let i = 0; i < T * N; i++) {
      const [t, n] = [Math.floor(i / N), i % N];
      tracks.set([starts[2 * n] + step * t, starts[2 * n + 1], 0], 3 * i);
      pixels.fill(0.5 + step * (t - T / 2), 3 * i, 3 * i + 3);
    }
    const video = new Uint8Array(2 * SIDE * SIDE * 3).fill(label ? 90 : 160);
    return [
      { data: tracks, T, N },
      { data: pixels, T, N },
      { T: 2, height: SIDE, width: SIDE, pixels: () => video },
    ];
  });
  const data = <Clip>(name: string, of: Clip[]) => ({
    set: { ...known, clips: of },
    path: name,
    sha256: `${name} of ${seed}`,
  });
  return {
    tracks: data(
      'tracks',
      clips.map(([tracks]) => tracks),
    ),
    pixels: data(
      'pixels',
      clips.map(([, pixels]) => pixels),
    ),
    videos: data(
      'videos',
      clips.map(([, , video]) => video),
    ),
  };
}

const recipe: Recipe = {
  motion12: { train: 12, validation: 12, test: 12, points: N, videoFrames: 2, videoSize: 16, seed: 1 },
  seeds: [1, 2],
  movt: {
    frames: [3, T],
    models: { 'movt-tiny': { preset: 'movt-tiny' } },
    settings: { epochs: 3, batchSize: 8, learningRate: 3e-3, schedule: 'constant' },
  },
  pixt: {
    like: 'movt-tiny',
    settings: { epochs: 3, batchSize: 8, learningRate: 3e-3, schedule: 'constant' },
  },
  videomae: {
    models: {
      mini: {
        frames: 2,
        size: SIDE,
        tubelet: 2,
        patch: 8,
        width: 16,
        layers: 1,
        heads: 2,
        mlpRatio: 4,
        normEps: 1e-6,
        fcNormEps: 1e-6,
      },
    },
    settings: { epochs: 2, batchSize: 8, learningRate: 3e-3, schedule: 'constant' },
  },
  fusion: { movt: 'movt-tiny', settings: { epochs: 1, batchSize: 8, learningRate: 3e-3, schedule: 'constant' } },
  lowData: { share: 0.1, epochs: 5 },
  cascade: { small: 'movt-tiny', coverages: [] },
};
const work = join(folder, 'work');
const context = await testContext();
const never = () => Promise.reject(new Error('nothing is left to compute'));
const progress = createProgress({ isTTY: false, columns: 80, write: () => true }, 'bench');

/** What a study finds; with `open` = null from what is stored alone. */
async function carryOut(
  name: string,
  inputs: StudyInputs,
  open: (() => Promise<typeof context>) | null,
): Promise<Findings> {
  const study = STUDIES[name];
  const contenders = study.contenders(inputs);
  const requests = contenders.flatMap((contender) => contender.requests);
  const fix = `Make them first: bench study ${name}`;
  const read = readWorkspace(work);
  const models = open
    ? await inWorkspace(work, (workspace) =>
        trainAll(workspace, requests, { context: open, command: 'a test', progress }),
      )
    : await readAll(read, requests, fix);
  return study.findings(inputs, contenders, createLaboratory(read, models, open, fix));
}

const inputs: StudyInputs = { recipe, clips: drawn(1), target: null };
const open = async () => context;

/** The rows of a table that have such cells. */
const rowsOf = ({ rows }: Findings, cells: object) =>
  rows.filter((row) => Object.entries(cells).every(([name, value]) => row[name] === value));

/** The models of a study's first contender of a series, one a seed. */
async function modelsOf(study: string, series: Series): Promise<Trained[]> {
  const { requests } = STUDIES[study].contenders(inputs).find((contender) => contender.series === series)!;
  return readAll(readWorkspace(work), requests, '');
}

/** Accuracies of the models as they are, one a seed. */
async function plain(series: 'MovT' | 'PixT'): Promise<number[]> {
  return (await modelsOf('per-class', series)).map((model) => meanOf(storedRight(model)));
}

test('without results a study says what to run', async () => {
  for (const name of Object.keys(STUDIES)) {
    const both = { ...inputs, target: STUDIES[name].hasTarget ? drawn(2) : null };
    const error = await carryOut(name, both, null).catch((thrown) => thrown);
    assert.is(error.code, 'bad_input');
    assert.match(error.message, new RegExp(`got 0 of \\d+ models .*Make them first: bench study ${name}`));
  }
});

test('on whole clips cropping and dropping find what the models answer as they are', async () => {
  for (const [name, untouched] of [
    ['temporal-cropping', 1],
    ['dropping', 0],
  ] as const) {
    const found = await carryOut(name, inputs, open);
    for (const [series, model] of [
      ['MovT', 'movt-tiny, 6 frames'],
      ['PixT', 'pixt-tiny, 6 frames'],
    ] as const) {
      const expected = meanOf(await plain(series));
      const rows = rowsOf(found, { model, share: untouched });
      assert.ok(rows.length > 0);
      for (const row of rows) assert.is(row.top1_mean, expected, `${name}, ${model}`);
    }
    assert.equal(await carryOut(name, inputs, never), found, 'what is stored is not computed again');
    assert.equal(await carryOut(name, inputs, null), found);
  }
});

test('an interrupted study goes on where it was', async () => {
  const other: StudyInputs = { ...inputs, clips: drawn(3) };
  let opened = 0;
  const interrupted = async () => {
    opened++;
    if (opened > 8) throw new Error('killed');
    return context;
  };
  const error = await carryOut('dropping', other, interrupted).catch((thrown) => thrown);
  assert.is(error.message, 'killed');
  const missing = await carryOut('dropping', other, null).catch((thrown) => thrown);
  assert.match(missing.message, /got no .*right_answers.*Make them first/);
  opened = 0;
  const counting = async () => {
    opened++;
    return context;
  };
  await carryOut('dropping', other, counting);
  assert.is(opened, 2 * 2 * 6 - (8 - 4), 'four models were trained, and four of their 24 answers there');
});

test('low data: each share has its clips, and a smaller one more epochs', async () => {
  const found = await carryOut('low-data', inputs, open);
  const clips = (model: string) => rowsOf(found, { model }).map(({ share, clips, epochs }) => [share, clips, epochs]);
  const expected = [
    [0.1, 2, 5],
    [0.2, 4, 5],
    [0.4, 10, 5],
    [0.6, 14, 5],
    [1, 24, 3],
  ];
  for (const model of ['movt-tiny, 6 frames', 'pixt-tiny, 6 frames']) assert.equal(clips(model), expected);
  assert.match(found.summary[0], /^MovT loses .* the paper's on Jester: 23$/);
});

test('class by class: the mean over the seeds, and a difference that is that of the accuracies', async () => {
  const found = await carryOut('per-class', inputs, never);
  const [movt, pixt] = [meanOf(await plain('MovT')), meanOf(await plain('PixT'))];
  assert.ok(
    Math.abs(meanOf(found.rows.map((row) => Number(row.movt))) - movt) < 1e-12,
    'the classes have as many clips',
  );
  const { difference } = found.data as { difference: number };
  assert.ok(Math.abs(difference - (movt - pixt)) < 1e-12);
  const alone = { ...inputs, clips: { ...inputs.clips, pixels: null } };
  assert.throws(() => STUDIES['per-class'].contenders(alone), /tracks alone/);
});

test('importance: every test clip, up to all of its tracks', async () => {
  const found = await carryOut('importance', inputs, open);
  const { seeds } = found.data as { seeds: { importances: number[][]; important_counts: number[] }[] };
  assert.is(seeds.length, 2);
  for (const { importances, important_counts } of seeds) {
    assert.is(importances.length, 12);
    for (const [i, values] of importances.entries()) {
      assert.is(Math.max(...values), 1);
      assert.is(important_counts[i], values.filter((value) => value > 0.5).length);
    }
  }
});

test('a probe between two sets, and one on features that nobody trained', async () => {
  const both = { ...inputs, target: drawn(2) };
  const found = await carryOut('linear-probe', both, open);
  assert.equal(
    found.rows.map(({ model, features }) => `${model}, ${features}`),
    ['movt-tiny', 'pixt-tiny'].flatMap((name) => [`${name}, 6 frames, trained`, `${name}, 6 frames, untrained`]),
  );
  // The target's classes are those of the training set: what was learned there tells them here.
  assert.ok(Number(found.rows[0].top1_mean) > 0.9, `${found.rows[0].top1_mean}`);
  const tracks = await carryOut('linear-probe', { ...both, target: { ...both.target, pixels: null } }, never);
  assert.equal(tracks.rows, found.rows.slice(0, 2), 'without pixels of both sets MovT alone');
});

test('a sweep trains each combination and counts its cost', async () => {
  const found = await carryOut('sweep', { ...inputs, recipe: { ...recipe, seeds: [1] } }, open);
  assert.equal(
    found.rows.map(({ frames, points, width }) => [frames, points, width]),
    [3, 6].flatMap((frames) => [4, 2, 1].map((points) => [frames, points, found.rows[0].width])),
  );
  const cost = (frames: number, points: number) => Number(rowsOf(found, { frames, points })[0].gmac);
  assert.ok(cost(6, 4) > cost(3, 4) && cost(6, 4) > cost(6, 2));
});

test('a cascade: thresholds of validation, judged on test; the pictures of studies that were carried out', async () => {
  const found = await carryOut('cascade', inputs, open);
  const {
    small_gmac,
    big_gmac,
    test: points,
  } = found.data as {
    small_gmac: number;
    big_gmac: number;
    test: CascadePoint[];
  };
  assert.equal(
    [points[0], points.at(-1)!].map(({ coverage, expectedCost }) => [coverage, expectedCost]),
    [
      [1, small_gmac],
      [0, small_gmac + big_gmac],
    ],
  );
  assert.ok(Math.abs(points[0].accuracy - meanOf(await plain('MovT'))) < 1e-12, "all clips are the small model's");
  assert.ok(found.rows.length >= 3);
  const { run } = found.data as { run: { clips: number; asked: object; accuracy: number; expected_accuracy: number } };
  const threshold = (found.data as { chosen: { threshold: number }[] }).chosen[0].threshold;
  const [small] = await modelsOf('cascade', 'MovT');
  const unsure = testAnswers(small).outputs.filter((logits) => confidenceOf(logits) < threshold).length;
  assert.equal([run.clips, run.asked], [12, { small: 12, big: unsure }], 'the large model is asked where it must be');
  assert.is(run.accuracy, run.expected_accuracy, 'what was run is what was simulated');
  const pictures = await studyPictures(readWorkspace(work), inputs);
  const titles = pictures.map(({ title }) => title);
  assert.ok(titles.includes('bench study cascade') && titles.includes('bench study dropping'));
  assert.not.ok(
    titles.some((title) => title.includes('tsne')),
    'which is yet to come',
  );
  assert.ok(pictures.every(({ svg }) => svg.startsWith('<svg ')));
});

test('fusion: every weight, and three variants that begin as they should', async () => {
  const found = await carryOut('fusion', inputs, open);
  assert.is(found.rows.length, 7);
  const { late_fusion } = found.data as { late_fusion: { test: { x: number; spread: { values: number[] } }[] } };
  const right = async (series: Series) => (await modelsOf('fusion', series)).map((model) => meanOf(storedRight(model)));
  assert.equal(late_fusion.test[0].spread.values, await right('VideoMAE'), 'none of MovT');
  assert.equal(late_fusion.test[10].spread.values, await right('MovT'), 'MovT alone');
  const crossed = STUDIES.fusion.contenders(inputs).filter(({ series }) => series === 'Cross-attention');
  const weights = async (folder: string) => (await readModelCheckpoint(folder)).weights;
  const [movt] = await modelsOf('fusion', 'MovT');
  const own = await weights(movt.folder);
  const [scratch, frozen, joint] = await Promise.all(
    crossed.map(async ({ requests }) => weights((await readAll(readWorkspace(work), requests, ''))[0].folder)),
  );
  const name = 'encoder.layers.0.linear1.weight';
  assert.equal(frozen.get(`movt.${name}`), own.get(name), 'the branches of the second variant stay as they were');
  const far = (of: Weights) =>
    Math.max(...of.get(`movt.${name}`)!.map((value, i) => Math.abs(value - own.get(name)![i])));
  assert.ok(far(joint) > 0 && far(joint) < 0.1 && far(scratch) > far(joint), 'the third goes on from them');
  assert.is(new Set(crossed.flatMap(({ requests }) => requests.map(runKey))).size, 6);
});

test('t-SNE, and the files of a study', async () => {
  const found = await carryOut('tsne', inputs, never);
  assert.is(found.rows.length, 2 * 12);
  assert.equal(await carryOut('tsne', inputs, null), found);
  const models = await readAll(readWorkspace(work), STUDIES.tsne.contenders(inputs)[0].requests, '');
  const output = join(folder, 'out');
  const files = await writeStudy(output, 'tsne', found, { command: 'bench study tsne', inputs, models });
  assert.equal((await readdir(output)).sort(), [...files].sort());
  assert.equal([...files].sort(), ['tsne-pixt.svg', 'tsne.csv', 'tsne.json', 'tsne.svg']);
  const document = JSON.parse(await readFile(join(output, 'tsne.json'), 'utf8'));
  assert.is(document.format, 'movt-study/1');
  assert.equal(document.data.test, 12);
  const lines = (await readFile(join(output, 'tsne.csv'), 'utf8')).trimEnd().split('\r\n');
  assert.is(lines.length, 1 + 24);
  assert.is(lines[0], 'model,clip,class,x,y');
});

test.run();
