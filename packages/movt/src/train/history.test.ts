import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bestEpoch, type EpochRecord, isFinished, plateauAfter, type ValidationRecord } from './history.ts';
import { learningRateAt } from './schedule.ts';
import { parseSettings, type TrainSettingsInput } from './settings.ts';

const settingsOf = (settings: TrainSettingsInput) => parseSettings(settings, 'the test');

/** Epochs with these losses of training, and with validation where it is given. */
const historyOf = (losses: number[], validation: ValidationRecord[] = []): EpochRecord[] =>
  losses.map((loss, i) => ({
    ...{ epoch: i + 1, step: 10 * (i + 1), loss, learning_rate: 1e-3, grad_norm: 1, clips_per_s: 1 },
    ...(validation[i] && { validation: validation[i] }),
  }));

const judged = historyOf(
  [4, 3, 2, 1],
  [
    { loss: 2, top1: 0.5 },
    { loss: 1, top1: 0.75 },
    { loss: 1.5, top1: 0.875 },
    { loss: 1, top1: 0.875 },
  ],
);

test('the best epoch is the first of the best on validation; the last where there is none', () => {
  assert.is(bestEpoch(judged, settingsOf({}))?.epoch, 2);
  assert.is(bestEpoch(judged, settingsOf({ watch: 'score' }))?.epoch, 3);
  assert.is(bestEpoch(historyOf([1, 2, 3]), settingsOf({ watch: 'score' }))?.epoch, 3);
  const correlations = historyOf(
    [1, 1, 1],
    [0.2, null, 0.1].map((mean_pearson) => ({ loss: 1, mean_pearson })),
  );
  assert.is(bestEpoch(correlations, settingsOf({ watch: 'score' }))?.epoch, 1);
  assert.is(bestEpoch([], settingsOf({})), undefined);
});

test('training ends with its epochs, or when none was better for long enough', () => {
  assert.is(isFinished([], settingsOf({ epochs: 1, stopAfter: 1 })), false);
  assert.is(isFinished(judged, settingsOf({ epochs: 4 })), true);
  assert.is(isFinished(judged, settingsOf({ epochs: 5 })), false);
  assert.is(isFinished(judged, settingsOf({ epochs: 5, stopAfter: 2 })), true);
  assert.is(isFinished(judged, settingsOf({ epochs: 5, stopAfter: 3 })), false);
  assert.is(isFinished(judged, settingsOf({ epochs: 5, stopAfter: 1, watch: 'score' })), true);
});

test('the plateau goes by what is watched', () => {
  const plateau = { patience: 0, factor: 0.5 };
  const rate = (settings: TrainSettingsInput, history: EpochRecord[]) =>
    plateauAfter(history, settingsOf({ learningRate: 1, plateau, ...settings })).learningRate;
  assert.is(rate({}, judged), 0.25); // 1.5 and 1 are no better than 1
  assert.is(rate({ watch: 'score' }, judged), 0.5); // the second 0.875 is no better than the first
  assert.is(rate({ watch: 'score' }, historyOf([4, 3, 3, 2])), 0.5);
  assert.is(rate({}, []), 1);
});

test('schedules: a warm-up, then constant, the plateau, or a cosine down to 0', () => {
  const rates = (settings: TrainSettingsInput) =>
    Array.from({ length: 6 }, (_, step) => learningRateAt(settingsOf({ learningRate: 1, ...settings }), step, 6, 0.1));
  assert.equal(rates({ schedule: 'constant' }), [1, 1, 1, 1, 1, 1]);
  assert.equal(rates({ schedule: 'constant', warmUp: 3 }), [0.25, 0.5, 0.75, 1, 1, 1]);
  assert.equal(rates({ schedule: 'plateau', warmUp: 1 }), [0.05, 0.1, 0.1, 0.1, 0.1, 0.1]);
  const cosine = rates({ schedule: 'cosine', warmUp: 2 });
  const expected = [1 / 3, 2 / 3, 1, 0.5 + Math.SQRT1_2 / 2, 0.5, 0.5 - Math.SQRT1_2 / 2];
  for (const [i, rate] of cosine.entries()) assert.ok(Math.abs(rate - expected[i]) < 1e-12, `${cosine}`);
});

test.run();
