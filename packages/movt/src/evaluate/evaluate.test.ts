import type { TrackSet } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calibration } from './calibration.ts';
import { classificationMetrics } from './classification.ts';
import { evaluate } from './evaluate.ts';
import { logMeanProbabilities, logProbabilities } from './log-probabilities.ts';
import { regressionMetrics } from './regression.ts';
import { clipsByAnswer, groupsAreVideos } from './videos.ts';

const near = (actual: number | null, expected: number, tolerance = 1e-12) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual} for ${expected}`);

/** Answers as logarithms of such probabilities. */
const logs = (...rows: number[][]) => rows.map((row) => Float64Array.from(row, Math.log));

/** Logits whose softmax are such probabilities. */
const logits = (...rows: number[][]) => rows.map((row) => Float32Array.from(row, Math.log));

const clips = (count: number) =>
  Array.from({ length: count }, () => ({ data: new Float32Array(6), T: 2, N: 1 })) satisfies TrackSet['clips'];

test('logarithms of probabilities add up to one and survive logits of any size', () => {
  const [a, b] = [logProbabilities([1, 2, 3]), logProbabilities([1000, -1000])];
  const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
  for (const [i, value] of a.entries()) near(value, Math.log(Math.exp(i + 1) / sum));
  assert.equal([...b], [0, -2000]);
  const mean = logMeanProbabilities(logs([0.9, 0.1], [0.2, 0.8], [0.7, 0.3]));
  near(Math.exp(mean[0]), 0.6);
  near(Math.exp(mean[1]), 0.4);
  // Two clips that rule the class out by more than float64 has exponents for.
  assert.is(logMeanProbabilities([b, b])[1], -2000);
});

test('six answers of three classes, counted by hand', () => {
  const answers = logs(
    [0.7, 0.2, 0.1],
    [0.3, 0.6, 0.1],
    [0.1, 0.8, 0.1],
    [0.2, 0.5, 0.3],
    [0.4, 0.4, 0.2],
    [0.9, 0.05, 0.05],
  );
  const { top1, perClass, meanPerClass, nll, confusion } = classificationMetrics(answers, [0, 0, 1, 1, 1, 0]);
  // Of the equal 0.4 and 0.4 the first counts: class 0, which is wrong.
  assert.equal(confusion, [
    [2, 1, 0],
    [1, 2, 0],
    [0, 0, 0],
  ]);
  near(top1, 4 / 6);
  assert.equal(perClass, [2 / 3, 2 / 3, null], 'no clip is of class 2');
  near(meanPerClass, 2 / 3);
  near(nll, -(Math.log(0.7) + Math.log(0.3) + Math.log(0.8) + Math.log(0.5) + Math.log(0.4) + Math.log(0.9)) / 6);
});

test('balanced accuracy weighs classes, top-1 answers', () => {
  const right = [0.9, 0.1];
  const { top1, perClass, meanPerClass } = classificationMetrics(logs(right, right, right, right), [0, 0, 0, 1]);
  near(top1, 0.75);
  assert.equal(perClass, [1, 0]);
  near(meanPerClass, 0.5);
});

test('calibration error by hand: bins are open below and closed above', () => {
  const { ece, bins } = calibration(logs([0.7, 0.3], [0.72, 0.28], [0.9, 0.1], [0.5, 0.5]), [0, 1, 0, 1]);
  assert.is(bins.length, 15);
  // (10/15, 11/15] holds 0.7 (right) and 0.72 (wrong), (13/15, 14/15] 0.9 (right), (7/15, 8/15] 0.5 (wrong).
  assert.equal(
    bins.map(({ count }) => count),
    [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 1, 0],
  );
  near(bins[10].confidence, 0.71);
  near(bins[10].accuracy, 0.5);
  assert.is(bins[0].accuracy, null);
  near(ece, (2 * 0.21 + 0.1 + 0.5) / 4);
  const edges = calibration([Float64Array.of(0, Number.NEGATIVE_INFINITY), ...logs([0.8, 0.2])], [0, 0]).bins;
  assert.is(edges[14].count, 1, 'certainty is in the last bin');
  assert.is(edges[11].count, 1, '0.8 = 12/15 closes the twelfth bin');
});

test('regression: r and RMSE of each output; r is undefined for constants and single answers', () => {
  const { pearson, meanPearson, rmse } = regressionMetrics(
    [
      [1, 5, 0.1],
      [2, 5, 0.1],
      [3, 8, 0.1],
    ],
    [
      [2, 1, 1],
      [1, 2, 2],
      [4, 3, 3],
    ],
  );
  // Deviations (−1, 0, 1) and (−1/3, −4/3, 5/3): 2 / √(2 · 42/9); (−1, −1, 2) and (−1, 0, 1): 3 / √(6 · 2).
  near(pearson[0], 2 / Math.sqrt(28 / 3));
  near(pearson[1], 3 / Math.sqrt(12));
  assert.is(pearson[2], null, 'a constant prediction, whose mean is not exact');
  near(meanPearson, (pearson[0]! + pearson[1]!) / 2);
  near(rmse[0], 1);
  near(rmse[1], Math.sqrt((16 + 9 + 25) / 3));
  const alone = regressionMetrics([[3]], [[1]]);
  assert.equal(alone, { pearson: [null], meanPearson: null, rmse: [2] });
});

test('per video the probabilities of its clips are averaged, not their logits nor their answers', () => {
  const outputs = logits([0.99, 0.01], [0.4, 0.6], [0.4, 0.6], [0.2, 0.8]);
  const set: TrackSet = { clips: clips(4), labels: [0, 0, 0, 1], group: [7, 7, 7, 3] };
  const byClip = evaluate('classification', outputs, set, clipsByAnswer(set, 'clip'));
  const byVideo = evaluate('classification', outputs, set, clipsByAnswer(set, 'video'));
  assert.ok(byClip.task === 'classification' && byVideo.task === 'classification');
  assert.equal([byClip.top1, byVideo.top1], [0.5, 1]);
  near(byVideo.nll, -(Math.log(1.79 / 3) + Math.log(0.8)) / 2, 1e-7);
});

test('per video the values of its clips are averaged', () => {
  const outputs = [
    [1, 10],
    [3, 20],
    [5, 50],
  ].map((row) => Float32Array.from(row));
  const set: TrackSet = { clips: clips(3), targets: Float32Array.of(1, 10, 1, 10, 6, 40), group: [0, 0, 1] };
  const scores = evaluate('regression', outputs, set, clipsByAnswer(set, 'video'));
  assert.ok(scores.task === 'regression');
  near(scores.rmse[0], 1);
  near(scores.rmse[1], Math.sqrt((25 + 100) / 2));
  near(scores.pearson[0], 1);
});

test('groups of one truth are videos; those of a subject are not, and are not averaged', () => {
  const set: TrackSet = { clips: clips(3), labels: [0, 1, 1], group: [1, 1, 2] };
  assert.not.ok(groupsAreVideos(set));
  assert.ok(groupsAreVideos({ ...set, labels: [0, 0, 1] }));
  assert.not.ok(groupsAreVideos({ clips: clips(3), labels: [0, 0, 1] }));
  assert.throws(() => clipsByAnswer(set, 'video'), /group 1 with clips of different truths/);
  assert.equal(clipsByAnswer({ ...set, labels: [0, 0, 1] }, 'video'), [[0, 1], [2]]);
  const values: TrackSet = { clips: clips(2), targets: Float32Array.of(1, 2), group: [5, 5] };
  assert.throws(() => clipsByAnswer(values, 'video'), /group 5/);
  assert.throws(() => clipsByAnswer({ clips: clips(2), labels: [0, 0] }, 'video'), /clips without groups/);
});

test('an output that is no number is refused', () => {
  const set: TrackSet = { clips: clips(2), labels: [0, 1] };
  const outputs = [Float32Array.of(1, 2), Float32Array.of(Number.NaN, 2)];
  assert.throws(() => evaluate('classification', outputs, set, [[0], [1]]), /output NaN for clip 1/);
});

test.run();
