import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { median, quantile, relativeSpread, summarise } from './statistics.ts';

test('median and quantiles interpolate as R and NumPy do (type 7)', () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([10, 9, 100, 1]), 9.5, 'by value, not by text');
  // numpy.quantile([1, 2, 4, 8, 16], [0, .2, .5, .8, 1])
  assert.equal(
    [0, 0.2, 0.5, 0.8, 1].map((q) => quantile([16, 4, 1, 8, 2], q)),
    [1, 1.8, 4, 9.600000000000001, 16],
  );
  assert.ok(Number.isNaN(median([])));
});

test('the same samples give the same summary, whatever their order, and no sample is dropped', () => {
  const samples = [5, 1, 4, 2, 3, 1000];
  const summary = summarise(samples);
  assert.equal(summary, summarise([...samples].reverse()));
  assert.is(summary.count, 6);
  assert.is(summary.median_ms, 3.5);
  assert.is(summary.min_ms, 1);
  assert.is(summary.p80_ms, 5);
  assert.equal(samples, [5, 1, 4, 2, 3, 1000], 'left as they were');
});

test('the interval of equal samples has no width', () => {
  const summary = summarise([2, 2, 2, 2]);
  assert.equal(summary.ci95_ms, [2, 2]);
  assert.is(relativeSpread(summary), 0);
});

test('in about 95 of 100 draws the interval holds the true median', () => {
  const random = createRandom(7);
  let held = 0;
  for (let draw = 0; draw < 100; draw++) {
    const [low, high] = summarise(Array.from(random.normal(31), (value) => 10 + value)).ci95_ms;
    if (low <= 10 && 10 <= high) held++;
  }
  assert.ok(held >= 88 && held <= 100, `${held} of 100`);
});

test('the interval narrows as samples come in', () => {
  const samples = Array.from(createRandom(3).normal(400), (value) => 10 + value);
  const spreads = [12, 50, 400].map((count) => relativeSpread(summarise(samples.slice(0, count))));
  assert.ok(spreads[0] > spreads[1] && spreads[1] > spreads[2], String(spreads));
});

test.run();
