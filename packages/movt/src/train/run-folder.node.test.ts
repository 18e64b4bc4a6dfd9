import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@movt/kernels/safetensors/file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint } from '../checkpoint-file.ts';
import type { AnyClip, ClipSet } from '../datasets/clip-set.ts';
import { initialWeights } from '../init.ts';
import { presetConfig } from '../presets.ts';
import type { FitState } from './fit.ts';
import type { EpochRecord } from './history.ts';
import { beginRun, drawCurves, hashSet, mendRun, readRun, saveEpoch } from './run-folder.ts';
import type { Run } from './run-state.ts';
import { parseSettings } from './settings.ts';

const test = suite('run folder');
const folder = await mkdtemp(join(tmpdir(), 'movt-run-'));
test.after(() => rm(folder, { recursive: true, force: true }));

const config = presetConfig('movt-tiny', 2);
const run: Run = {
  ...{ config, task: 'classification', classes: ['a', 'b'], from: null, command: 'movt train', adapter: 'none' },
  settings: parseSettings({}, 'the test'),
  data: { path: 'x.safetensors', sha256: 'ab' },
};

/** The state after epochs with these validation losses. */
function stateAfter(...losses: number[]): FitState {
  const history = losses.map((loss, i): EpochRecord => {
    const epoch = i + 1;
    return {
      epoch,
      step: epoch,
      loss: 1,
      learning_rate: 1,
      grad_norm: 1,
      clips_per_s: 9 * epoch,
      validation: { loss },
    };
  });
  const weights = initialWeights(config, losses.length);
  return { history, trainer: { steps: losses.length, weights, moment1: weights, moment2: weights } };
}

const path = (name: string) => join(folder, 'run', name);
const read = async (name: string) => (await readFile(path(name))).toString('latin1');

test('a run is begun, stored epoch by epoch, and read again', async () => {
  const place = join(folder, 'run');
  assert.is(await readRun(place), null);
  await beginRun(place, run);
  assert.equal(await readRun(place), { run, state: null });
  await saveEpoch(place, run, stateAfter(2), true);
  await saveEpoch(place, run, stateAfter(2, 1), true);
  await saveEpoch(place, run, stateAfter(2, 1, 3), false);
  await drawCurves(place, run, stateAfter(2, 1, 3));
  assert.equal((await readRun(place))?.state?.history, stateAfter(2, 1, 3).history);
  const files = ['curves.svg', 'metrics.jsonl', 'model.safetensors', 'settings.json', 'state.safetensors'];
  assert.equal((await readdir(place)).sort(), files);

  const { weights, classes } = await readCheckpoint(place);
  assert.equal(weights, initialWeights(config, 2), 'of the best epoch');
  assert.equal(classes, ['a', 'b']);
  const { command, seed, metrics, settings } = JSON.parse(
    (await readSafetensors(path('model.safetensors'))).metadata.training,
  );
  assert.equal([command, seed, settings], ['movt train', 0, run.settings]);
  const { clips_per_s: _, ...second } = stateAfter(2, 1).history[1];
  assert.equal(metrics, second, 'what takes another time each time is no part of a model');
});

test('what a kill may leave is put right: half-written files, and metrics of another epoch than the state', async () => {
  const place = join(folder, 'run');
  const before = [await read('metrics.jsonl'), await read('curves.svg')];
  for (const name of ['.state.safetensors.1.abc.tmp', '.model.safetensors.1.abc.tmp'])
    await writeFile(path(name), 'half');
  await writeFile(path('.other.tmp'), "the user's own");
  await writeFile(path('metrics.jsonl'), `${before[0]}${before[0].split('\n')[0]}\n{"epoch":5,"lo`);
  await rm(path('curves.svg'));
  await mendRun(place, (await readRun(place))!);
  assert.equal([await read('metrics.jsonl'), await read('curves.svg')], before);
  assert.is((await readdir(place)).filter((file) => file.endsWith('.tmp')).join(), '.other.tmp');
});

test('a run that is there is not begun again, and a file is no folder', async () => {
  for (const [place, message] of [
    ['run', /training into .*run: got model\.safetensors of an earlier run, need a new folder/],
    ['run/settings.json', /settings\.json: got a file where a folder should be/],
  ] as const) {
    try {
      await beginRun(join(folder, place), run);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  }
});

test('the hash of a set is of all that training takes from it', async () => {
  const clips = [1, 2].map((x) => ({ data: Float32Array.of(x, 0, 0, 0, 0, 0), T: 2, N: 1 }));
  const set = { clips, labels: [0, 1] };
  const video = { T: 1, height: 1, width: 2, pixels: () => Uint8Array.of(1, 2, 3, 4, 5, 6) };
  const sets: ClipSet<AnyClip>[] = [
    set,
    { ...set, labels: [1, 0] },
    { ...set, split: [0, 1] },
    { ...set, group: [0, 1] },
    { ...set, classes: ['a', 'b'] },
    { clips, targets: Float32Array.of(0, 1) },
    { ...set, clips: [clips[1], clips[0]] },
    { ...set, clips: clips.map(({ data }) => ({ data, T: 1, N: 2 })) },
    { ...set, clips: [video, video] },
    { ...set, clips: [video, { ...video, height: 2, width: 1 }] },
    { ...set, clips: [video, { ...video, pixels: async () => Uint8Array.of(1, 2, 3, 4, 5, 7) }] },
  ];
  const [first, ...others] = await Promise.all(sets.map(hashSet));
  assert.is(await hashSet(structuredClone(set)), first);
  assert.not.ok(others.includes(first));
  assert.is(new Set(others).size, others.length);
});

test.run();
