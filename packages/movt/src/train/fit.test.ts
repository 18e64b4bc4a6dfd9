import { createRandom, MovtError } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import { checkTracks, type TrackSet, type Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialWeights, type Weights } from '../init.ts';
import { modelOf } from '../models.ts';
import { presetConfig } from '../presets.ts';
import { type FitState, fit } from './fit.ts';
import type { EpochRecord } from './history.ts';
import { parseSettings, type TrainSettingsInput } from './settings.ts';
import { splitForTraining } from './splits.ts';

/** Points from anywhere that all move in one direction, more or less. */
function drawClip(seed: number, direction: number, T: number, N: number): Tracks {
  const random = createRandom(seed);
  const data = new Float32Array(T * N * 3);
  for (let n = 0; n < N; n++) {
    const [x, y, dx, dy] = random.uniform(4, -1, 1);
    for (let t = 0; t < T; t++) {
      const at = 0.3 * t;
      data.set(
        [x + at * (Math.cos(direction) + 0.3 * dx), y + at * (Math.sin(direction) + 0.3 * dy), 0],
        (t * N + n) * 3,
      );
    }
  }
  return { data, T, N };
}

/** Clips of three sizes; label k moves in the direction 2πk/3. Every fourth is for validation. */
function drawSet(count: number): TrackSet {
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const clips = labels.map((label, i) => drawClip(i, (2 * Math.PI * label) / 3, 6 + 3 * (i % 2), 3 + (i % 5)));
  return {
    clips,
    labels,
    split: labels.map((_, i) => Number(i % 4 === 3)),
    group: labels.map((_, i) => 3 * (i >> 4) + (i % 3)),
  };
}

const set = drawSet(64);
const config = presetConfig('movt-tiny', 3);
const SETTINGS: TrainSettingsInput = {
  ...{ epochs: 4, batchSize: 16, learningRate: 3e-3, seed: 5 },
  augmentation: { crop: 0.8, drift: 0.01, dropPoints: 0.2 },
};

/** Trains, and keeps what it was told. */
async function run(settings: TrainSettingsInput, start: Weights | FitState, trackSet = set) {
  const parsed = parseSettings(settings, 'the test');
  const data = splitForTraining(trackSet, parsed, 'the test', checkTracks);
  const states: FitState[] = [];
  const best: number[] = [];
  const progress: number[] = [];
  const history = await fit(await testContext(), modelOf({ ...config, outputs: data.outputs }), data, parsed, start, {
    onStep: ({ done }) => progress.push(done),
    async onEpoch(state, isBest) {
      states.push(state);
      if (isBest) best.push(state.history.length);
    },
  });
  return { history, states, best, progress };
}

const start = () => initialWeights(config, 5);
const numbers = (weights: Weights) => [...weights].map(([name, values]) => [name, Array.from(values)]);
const withoutTime = (history: readonly EpochRecord[]) => history.map(({ clips_per_s: _, ...rest }) => rest);

test('it learns, and stops when validation gets no better', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const settings: TrainSettingsInput = {
    epochs: 60,
    batchSize: 16,
    learningRate: 5e-3,
    schedule: 'constant',
    stopAfter: 10,
    watch: 'score',
  };
  const { history, best, progress } = await run(settings, start());
  assert.is(context.liveBytes, before, 'bytes left behind');
  const kept = history[best.at(-1)! - 1];
  assert.ok(kept.validation!.top1! >= 0.9, JSON.stringify(history));
  assert.is(history.length, best.at(-1)! + 10);
  assert.ok(history.at(-1)!.loss < 0.5 * history[0].loss, JSON.stringify(history));
  assert.is(progress.filter((done) => done === 48).length, history.length, 'each epoch ends with all 48 clips');
});

test('from the state of any epoch it goes on to the same bits', async () => {
  const whole = await run(SETTINGS, start());
  const halfway = whole.states[1];
  const rest = await run(SETTINGS, structuredClone(halfway));
  assert.equal(withoutTime(rest.history), withoutTime(whole.history));
  for (const kind of ['weights', 'moment1', 'moment2'] as const) {
    assert.equal(numbers(rest.states.at(-1)!.trainer[kind]), numbers(whole.states.at(-1)!.trainer[kind]), kind);
  }
  assert.equal([...whole.best.filter((epoch) => epoch <= 2), ...rest.best], whole.best);
  assert.equal((await run(SETTINGS, rest.states.at(-1)!)).states, [], 'nothing is left to do');
  const other = await run({ ...SETTINGS, seed: 6 }, start());
  assert.not.equal(withoutTime(other.history), withoutTime(whole.history));
});

test('two batches of half the size make the step of one', async () => {
  const settings = { ...SETTINGS, epochs: 1, dropout: 0, augmentation: {} };
  const [{ history: whole }, { history: halves }] = [
    await run({ ...settings, batchSize: 48 }, start()),
    await run({ ...settings, batchSize: 24, accumulate: 2 }, start()),
  ];
  assert.equal([whole[0].step, halves[0].step], [1, 1]);
  assert.ok(Math.abs(whole[0].loss - halves[0].loss) < 1e-5 * whole[0].loss);
  assert.ok(Math.abs(whole[0].grad_norm - halves[0].grad_norm) < 1e-4 * whole[0].grad_norm);
  assert.ok(Math.abs(whole[0].validation!.loss - halves[0].validation!.loss) < 1e-4);
});

test('frozen groups stay as they are', async () => {
  const weights = start();
  const { states } = await run({ ...SETTINGS, epochs: 1, frozen: ['motion', 'encoder'] }, start());
  for (const [name, values] of states[0].trainer.weights) {
    const isSame = values.every((value, i) => value === weights.get(name)![i]);
    assert.is(isSame, /^(motion|encoder)\./.test(name), name);
  }
});

test('values are regressed', async () => {
  const targets = Float32Array.from(set.labels!.flatMap((label) => [label - 1, Number(label === 2)]));
  const { labels: _, ...rest } = set;
  const values = { ...config, outputs: 2 };
  const settings: TrainSettingsInput = { epochs: 12, batchSize: 16, learningRate: 5e-3, schedule: 'constant' };
  const { history } = await run(settings, initialWeights(values, 5), { ...rest, targets });
  const [first, last] = [history[0].validation!, history.at(-1)!.validation!];
  assert.ok(last.loss < 0.5 * first.loss, JSON.stringify(history));
  assert.is(last.top1, undefined);
});

test('a loss that is no number ends it, after the epochs that were good', async () => {
  const weights = start();
  const good = await run({ ...SETTINGS, epochs: 1 }, weights);
  const broken = structuredClone(good.states[0]);
  broken.trainer.weights.get('fuse.bias')![3] = NaN;
  const ended: number[] = [];
  try {
    const settings = parseSettings(SETTINGS, 'the test');
    await fit(
      await testContext(),
      modelOf(config),
      splitForTraining(set, settings, 'the test', checkTracks),
      settings,
      broken,
      {
        onEpoch: async (state) => void ended.push(state.history.length),
      },
    );
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof MovtError && error.code === 'not_finite', String(error));
    assert.match(error.message, /step 5\b/); // the first epoch took four
  }
  assert.equal(ended, []);
});

test.run();
