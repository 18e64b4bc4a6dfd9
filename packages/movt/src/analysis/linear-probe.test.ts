import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { indexOfLargest } from '../evaluate/log-probabilities.ts';
import { type LabelledFeatures, linearProbe, loss } from './linear-probe.ts';
import { minimise } from './minimise.ts';
import { standardise, standardOf } from './standardise.ts';

const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error: Error & { code?: string }) => error.code === 'bad_input' && message.test(error.message));

const accuracy = (logits: Float64Array[], labels: readonly number[]) =>
  logits.filter((row, i) => indexOfLargest(row) === labels[i]).length / labels.length;

/** Clips of three classes that a straight cut through two of many features tells apart, but for noise. */
function drawn(count: number, width: number, noise: number, seed: number): LabelledFeatures {
  const random = createRandom(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const features = labels.map((label) => {
    const row = random.normal(width).map((value) => noise * value);
    row[0] += Math.cos((2 * Math.PI * label) / 3);
    row[1] += Math.sin((2 * Math.PI * label) / 3);
    return row;
  });
  return { features, labels };
}

test('the minimum is the one that SciPy 1.17 finds (L-BFGS-B, gradient below 1e-8)', () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 3);
  const features = labels.map((label, i) =>
    Array.from({ length: 5 }, (_, k) => Math.sin(1.7 * i + 0.9 * k * k) + 0.4 * Number(label === k % 3)),
  );
  const rows = standardise(features, standardOf(features));
  const scipy: [penalty: number, value: number][] = [
    [1e-4, 0.03387279623053886],
    [1e-3, 0.15320287622764323],
    [1e-2, 0.4778839706975209],
    [1e-1, 0.8743058154790672],
    [1, 1.0570977469755787],
    [10, 1.0934094077816225],
  ];
  for (const [penalty, expected] of scipy) {
    const { value, slope } = minimise((at) => loss(at, rows, labels, 3, penalty), new Float64Array(3 * 6), 1e-8);
    assert.ok(Math.abs(value - expected) < 1e-10 * expected + 1e-12, `penalty ${penalty}: ${value} for ${expected}`);
    assert.ok(slope <= 1e-8, `penalty ${penalty}: slope ${slope}`);
  }
});

test('the gradient is that of central differences', () => {
  const { features, labels } = drawn(20, 4, 0.5, 3);
  const rows = features.map((row) => Float64Array.from(row));
  const at = Float64Array.from(createRandom(4).normal(3 * 5));
  const { gradient } = loss(at, rows, labels, 3, 0.3);
  for (const [j, slope] of gradient.entries()) {
    const there = (by: number) => {
      const moved = at.map((value, i) => value + (i === j ? by : 0));
      return loss(moved, rows, labels, 3, 0.3).value;
    };
    const measured = (there(1e-5) - there(-1e-5)) / 2e-5;
    assert.ok(Math.abs(slope - measured) < 1e-8, `weight ${j}: ${slope} for ${measured}`);
  }
});

test('classes that a straight cut parts are told apart on other clips too', () => {
  const probe = linearProbe(drawn(90, 8, 0.1, 1), drawn(60, 8, 0.1, 2), 3);
  const others = drawn(60, 8, 0.1, 3);
  assert.is(accuracy(probe.logits(others.features), others.labels), 1);
  assert.is(probe.tried.length, 6);
});

test('where features are many and clips few, validation asks for more penalty than the least', () => {
  const probe = linearProbe(drawn(30, 60, 0.5, 5), drawn(300, 60, 0.5, 6), 3);
  assert.ok(probe.penalty > 1e-4, `${probe.penalty}`);
  const best = Math.max(...probe.tried.map(({ top1 }) => top1));
  assert.is(probe.tried.find(({ penalty }) => penalty === probe.penalty)!.top1, best);
});

test('neither the unit of a feature nor one that never differs matters, and the same clips give the same probe', () => {
  const [train, validation, others] = [7, 8, 9].map((seed) => drawn(45, 5, 0.4, seed));
  const changed = ({ features, labels }: LabelledFeatures) => ({
    features: features.map((row) => [...Array.from(row, (value, k) => 1000 * value * (k + 1) - 7), 42]),
    labels,
  });
  const logits = linearProbe(train, validation, 3).logits(others.features);
  const again = linearProbe(train, validation, 3).logits(others.features);
  const other = linearProbe(changed(train), changed(validation), 3).logits(changed(others).features);
  assert.equal(logits, again);
  for (const [i, row] of logits.entries()) {
    for (const [k, value] of row.entries()) assert.ok(Math.abs(value - other[i][k]) < 0.02, `${value}, ${other[i][k]}`);
  }
});

test('features and labels that are none are refused', () => {
  const good = { features: [[1], [2]], labels: [0, 1] };
  refused(() => linearProbe({ features: [], labels: [] }, good, 2), /no training clips/);
  refused(() => linearProbe(good, { features: [], labels: [] }, 2), /no validation clips/);
  refused(() => linearProbe({ ...good, labels: [0] }, good, 2), /1 labels for 2 training clips/);
  refused(
    () => linearProbe({ ...good, labels: [0, 2] }, good, 2),
    /label 2 of training clip 1, need a class from 0 to 1/,
  );
  refused(() => linearProbe({ ...good, labels: [0, 0] }, good, 2), /no training clip of class 1/);
  refused(() => linearProbe(good, { features: [[1, 2]], labels: [0] }, 2), /widths 1 and 2/);
  refused(() => linearProbe({ features: [[1], [1, 2]], labels: [0, 1] }, good, 2), /2 features of training clip 1/);
  refused(() => linearProbe(good, { features: [[NaN]], labels: [0] }, 2), /validation clip 0 with a feature/);
});

test.run();
