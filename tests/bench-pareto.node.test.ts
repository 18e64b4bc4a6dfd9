import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { createRandom } from '@movt/kernels';
import { int64Entry, uint8Entry } from '@movt/kernels/safetensors';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { writeTracks } from '@movt/tracker/tracks-file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ParetoReport } from '../apps/bench/src/pareto/report.ts';

const BIN = resolve('apps/bench/bin/bench.mjs');
const folder = await mkdtemp(join(tmpdir(), 'movt-bench-pareto-'));
const test = suite('bench pareto');
test.after(() => rm(folder, { recursive: true, force: true }));

const bench = (...args: string[]) => run('pareto', ...args);

async function run(...args: string[]) {
  const given = ['--data', 'data', '--work', 'work', '--recipe', 'recipe.json'];
  const child = spawn(process.execPath, [BIN, ...args, ...given], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = new Promise<number | null>((done) => child.on('close', done));
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

const settings = { epochs: 2, batchSize: 4, learningRate: 0.003 };
const recipe = {
  motion12: { train: 12, validation: 12, test: 12, points: 3, videoFrames: 4, videoSize: 16, seed: 1 },
  seeds: [1, 2],
  movt: {
    frames: [2, 4],
    models: { least: { preset: 'movt-tiny', layers: 1 } },
    settings,
  },
  pixt: { like: 'least', settings },
  videomae: {
    models: { video: { frames: 4, size: 16, tubelet: 2, patch: 8, width: 16, layers: 1, heads: 2 } },
    settings,
  },
  fusion: { movt: 'least', settings: { ...settings, epochs: 1 } },
  lowData: { share: 0.5, epochs: 1 },
  cascade: { small: 'least', coverages: [0.5] },
};

/** 16 clips of 4 frames, in which 3 points go to the left or to the right; pixels and pictures are noise. */
async function writeData(): Promise<void> {
  const random = createRandom(1);
  const [S, T, N, size] = [16, 4, 3, 16];
  const labels = Array.from({ length: S }, (_, i) => i % 2);
  const split = labels.map((_, i) => (i < 8 ? 0 : i < 12 ? 1 : 2));
  const classes = ['left', 'right'];
  const clips = labels.map((label) => {
    const starts = random.uniform(2 * N, -1, 1);
    const data = new Float32Array(T * N * 3);
    for (let i = 0; i < T * N; i++) {
      const [t, n] = [Math.floor(i / N), i % N];
      data.set([starts[2 * n] + (label ? 0.2 : -0.2) * t, starts[2 * n + 1], 0], 3 * i);
    }
    return { data, T, N };
  });
  await mkdir(join(folder, 'data'));
  const place = (name: string) => join(folder, 'data', name);
  await writeTracks(place('tracks.safetensors'), { clips, labels, split, classes, source: 'drawn' });
  const known = { labels: int64Entry([S], labels), split: uint8Entry([S], Uint8Array.from(split)) };
  for (const [name, shape] of [
    ['pixels', [S, T, N, 3]],
    ['video', [S, T, size, size, 3]],
  ] as const) {
    const bytes = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.integer(0, 255));
    const tensors = new Map(Object.entries({ ...known, [name]: uint8Entry([...shape], bytes) }));
    await writeSafetensors(place(`${name}.safetensors`), tensors, { classes: JSON.stringify(classes) });
  }
  const times = { decode_ms: 32, track_ms: 64, resize_ms: 16, sample_ms: 8 };
  const cost = { clips: S, frames: S * T, ...times, klt_flops: 4e6, klt_macs: 1.6e6, width: 64, height: 48 };
  await writeFile(place('cost.json'), JSON.stringify(cost));
  await writeFile(join(folder, 'recipe.json'), JSON.stringify(recipe));
}

const readReport = async (place: string): Promise<ParetoReport> =>
  JSON.parse(await readFile(join(folder, place, 'report.json'), 'utf8'));

test('asked for a report without results, it says how to get them', async () => {
  await writeData();
  const { code, stdout, stderr } = await bench('-o', 'out', '--report-only');
  assert.equal([code, stdout], [2, '']);
  assert.match(stderr, /got 0 of 12 models \(not least, 2 frames, seed 1\), need all of them/);
  assert.match(stderr, /Make them first: bench pareto -o out --data data --work work --recipe recipe\.json\n$/);
});

test('one command trains all, and reports every kind of model', async () => {
  const { code, stdout, stderr } = await bench('-o', 'out');
  assert.is(code, 0, stderr);
  assert.match(stderr, /model 12 of 12/);
  assert.match(stdout, /Motion needs less data/);
  assert.equal((await readdir(join(folder, 'out'))).sort(), ['report.csv', 'report.html', 'report.json', 'report.svg']);
  const { points, data, lowData, cascade, perClass, lessons } = await readReport('out');
  assert.equal(
    points.map(({ series, frames, top1 }) => [series, frames, top1.seeds.length]),
    [
      ['MovT', 2, 2],
      ['MovT', 4, 2],
      ['PixT', 4, 2],
      ['VideoMAE', 4, 2],
      ['Late fusion', 4, 2],
      ['Cascade', 4, 2],
      ['Cascade', 4, 2],
      ['Cascade', 4, 2],
    ],
  );
  assert.equal([data.train, data.validation, data.test, data.classes], [8, 4, 4, ['left', 'right']]);
  const [, movt, pixt, video, fused] = points;
  assert.equal([movt.cost.tracker.mac, pixt.cost.tracker.mac, video.cost.tracker.mac], [1e-4, 0, 0]);
  assert.equal([movt.ms.tracker, movt.ms.decode, pixt.ms.decode, video.ms.decode], [4, 2, 2.5, 3]);
  assert.is(fused.cost.model.mac, movt.cost.model.mac + video.cost.model.mac);
  for (const { ms, cost } of points) assert.ok(ms.model > 0 && cost.model.thop > 0 && cost.model.flop > cost.model.mac);
  assert.equal(
    lowData.map(({ series, share, clips }) => [series, share, clips]),
    [
      ['MovT', 1, 8],
      ['PixT', 1, 8],
      ['MovT', 0.5, 4],
      ['PixT', 0.5, 4],
    ],
  );
  assert.equal(
    [cascade!.sweep.length > 1, perClass!.classes.map(({ clips }) => clips), lessons.length],
    [true, [2, 2], 3],
  );
});

test('what is there is not made again, and the report comes out the same', async () => {
  const { code, stderr } = await bench('-o', 'again', '--report-only');
  assert.is(code, 0, stderr);
  const [{ date, ...first }, { date: _, ...again }] = [await readReport('out'), await readReport('again')];
  assert.equal(again, { ...first, command: first.command.replace('-o out', '-o again') });
  assert.ok(Date.parse(date) > 0);
});

test('cross-attention is in the report once its study has trained it', async () => {
  const { code, stdout, stderr } = await run('study', 'fusion', '-o', 'fusion');
  assert.is(code, 0, stderr);
  assert.match(stdout, /cross-attention 3, least, 4 frames \+ video, 4 frames/);
  const crossed = async (place: string) =>
    (await readReport(place)).points.filter(({ series }) => series === 'Cross-attention').map(({ ms }) => ms.model > 0);
  assert.is((await bench('-o', 'untimed', '--report-only')).code, 0);
  assert.equal(await crossed('untimed'), []);
  assert.is((await bench('-o', 'timed')).code, 0);
  assert.equal(await crossed('timed'), [true, true, true]);
});

test('a recipe that does not hang together is refused before any work', async () => {
  await writeFile(join(folder, 'recipe.json'), JSON.stringify({ ...recipe, pixt: { like: 'most', settings } }));
  const { code, stderr } = await bench('-o', 'out');
  assert.is(code, 2);
  assert.match(stderr, /pixt\.like = "most", need one of least/);
  await writeFile(join(folder, 'recipe.json'), JSON.stringify({ ...recipe, movt: { ...recipe.movt, frames: [2] } }));
  assert.match((await bench('-o', 'out')).stderr, /no 4 among the frames of MovT/);
});

test.run();
