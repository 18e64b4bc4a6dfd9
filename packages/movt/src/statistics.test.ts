import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrapInterval, pairedDifference, spreadOf } from './statistics.ts';

const near = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} for ${expected}`);

test('mean, sample standard deviation and range of seeds', () => {
  const { mean, sd, low, high, values } = spreadOf([0.9, 0.7, 0.8]);
  near(mean, 0.8);
  near(sd!, 0.1); // √((0.01 + 0.01 + 0) / 2)
  assert.equal([low, high, values], [0.7, 0.9, [0.9, 0.7, 0.8]]);
  assert.equal(spreadOf([0.5]), { values: [0.5], mean: 0.5, sd: null, low: 0.5, high: 0.5 });
  assert.throws(() => spreadOf([]), /no values/);
  assert.throws(() => spreadOf([1, NaN]), /NaN/);
});

test('what two models share drops out of their difference', () => {
  // Each clip is hard or easy for both: the scores spread widely, their differences do not.
  const random = createRandom(2);
  const hardness = random.normal(200);
  const noise = random.normal(200);
  const a = Array.from(hardness, (value, i) => 5 * value + 0.1 * noise[i] + 0.3);
  const b = Array.from(hardness, (value) => 5 * value);
  const { difference, interval } = pairedDifference(a, b);
  near(difference, 0.3, 0.03); // the noise's mean is a tenth of 1/√200, give or take
  assert.ok(interval[0] < difference && difference < interval[1] && interval[1] - interval[0] < 0.05, `${interval}`);
  const reversed = pairedDifference(b, a);
  near(reversed.difference, -difference);
  assert.throws(() => pairedDifference([1], [1, 0]), /1 and 2 scores/);
  assert.throws(() => pairedDifference([], []), /0 and 0 scores/);
});

test('the interval of a mean is about two standard errors to either side, and holds the truth as often as it says', () => {
  const mean = (sample: Float64Array) => sample.reduce((a, b) => a + b) / sample.length;
  let held = 0;
  let width = 0;
  for (let draw = 0; draw < 100; draw++) {
    const [low, high] = bootstrapInterval(createRandom(draw).normal(60), mean);
    if (low <= 0 && 0 <= high) held++;
    width += (high - low) / 100;
  }
  assert.ok(held >= 88 && held <= 99, `${held} of 100`);
  near(width, (2 * 1.96) / Math.sqrt(60), 0.03);
});

test('models that never differ have a difference of 0, exactly', () => {
  assert.equal(pairedDifference([1, 0, 1], [1, 0, 1]), { difference: 0, interval: [0, 0] });
});

test.run();
