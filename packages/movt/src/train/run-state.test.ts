import { encodeSafetensors, parseSafetensors } from '@movt/kernels/safetensors';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialWeights } from '../init.ts';
import { presetConfig } from '../presets.ts';
import { checkSameRun } from './compare-runs.ts';
import type { FitState } from './fit.ts';
import { decodeRunState, encodeRunState, type Run } from './run-state.ts';
import { parseSettings } from './settings.ts';

const config = presetConfig('movt-tiny', 3);
const run: Run = {
  ...{ config, task: 'classification', classes: ['a', 'b', 'c'], from: null, command: 'movt train', adapter: 'none' },
  settings: parseSettings({ plateau: { factor: 1 / 3 } }, 'the test'),
  data: { path: 'x.safetensors', sha256: 'ab' },
};
const state: FitState = {
  history: [{ epoch: 1, step: 7, loss: 0.1 + 0.2, learning_rate: 1e-4 / 3, grad_norm: 1, clips_per_s: 5 }],
  trainer: {
    steps: 7,
    weights: initialWeights(config, 1),
    moment1: initialWeights(config, 2),
    moment2: initialWeights(config, 3),
  },
};

test('a state comes back to the bit', () => {
  const { tensors, metadata } = encodeRunState(run, state);
  const found = decodeRunState(parseSafetensors(encodeSafetensors(tensors, metadata), 'the file'), 'the file');
  assert.equal(found.run, run);
  assert.equal(found.state.history, state.history);
  assert.is(found.state.trainer.steps, 7);
  for (const kind of ['weights', 'moment1', 'moment2'] as const) {
    for (const [name, values] of state.trainer[kind]) {
      const read = found.state.trainer[kind].get(name)!;
      assert.ok(values.length === read.length && values.every((value, i) => value === read[i]), `${kind}.${name}`);
    }
  }
});

test('what is not a state is refused', () => {
  const { tensors, metadata } = encodeRunState(run, state);
  const refuses = (change: object, message: RegExp) =>
    assert.throws(() => decodeRunState({ tensors, metadata: { ...metadata, ...change } }, 's.safetensors'), message);
  refuses({ run: '{' }, /reading s\.safetensors: got metadata that is not JSON/);
  refuses({ run: '{}' }, /got no run, need what a training run wrote there/);
  refuses({ run: JSON.stringify({ ...run, config: { ...config, width: 0 } }) }, /width = 0/);
  refuses({ history: '3' }, /got no history or no steps/);
  refuses({ steps: 'x' }, /got no history or no steps/);
  const fewer = new Map([...tensors].filter(([name]) => name !== 'moment2.head.bias'));
  assert.throws(() => decodeRunState({ tensors: fewer, metadata }, 's'), /got no moment2\.head\.bias F32 \[3\]/);
});

test('a setting that differs is named, with both values; what is not given is not compared', () => {
  const began = { ...run.settings, config, data: run.data };
  checkSameRun({}, began, 'run');
  checkSameRun({ epochs: 50, plateau: { factor: 1 / 3 }, config: { velocityLags: undefined } }, began, 'run');
  const given = { seed: 3, plateau: { factor: 0.5, patience: 10 }, frozen: ['head'], config: { width: 64 } };
  assert.throws(
    () => checkSameRun(given, began, 'run'),
    (error: Error) =>
      error.message.startsWith(
        'resuming run: got seed = 3, plateau.factor = 0.5, frozen = ["head"], config.width = 64, ' +
          'need seed = 0, plateau.factor = 0.3333333333333333, frozen = [], config.width = 32, as the run began.',
      ),
  );
});

test.run();
