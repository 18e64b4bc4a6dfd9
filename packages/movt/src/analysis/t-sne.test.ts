import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { knnPurity } from './knn-purity.ts';
import { tsne } from './t-sne.ts';

const refused = (work: () => unknown, code: string, message: RegExp) =>
  assert.throws(work, (error: Error & { code?: string }) => error.code === code && message.test(error.message));

/** Clips of some classes, each about a centre of its own. */
function clusters(count: number, classes: number, width: number) {
  const random = createRandom(1);
  const centres = Array.from({ length: classes }, () => random.normal(width));
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const features = labels.map((label) => random.normal(width).map((value, k) => 0.3 * value + centres[label][k]));
  return { labels, features };
}

test('the share of neighbours of one class, by hand', () => {
  // On a line: a a b   b a.  The nearest of each, without itself: a, a (of the equal ones at 0 and 2 the first), a, a, b.
  const points = [[0], [1], [2], [6], [7.5]];
  const labels = [0, 0, 1, 1, 0];
  const { purity, chance } = knnPurity(points, labels, [1, 4]);
  assert.equal(purity[0], { k: 1, share: (1 + 1 + 0 + 0 + 0) / 5 });
  // All four others: two of the three a's, one of the two b's.
  const all = (3 * (2 / 4) + 2 * (1 / 4)) / 5;
  assert.ok(Math.abs(purity[1].share - all) < 1e-12);
  assert.ok(Math.abs(chance - all) < 1e-12, 'every other clip is a draw without chance');
  refused(() => knnPurity(points, labels, [5]), 'bad_input', /k = 5 for 5 clips, need 1 to 4/);
  refused(() => knnPurity(points, [0], [1]), 'bad_input', /1 labels/);
});

test('clips of one class lie together in the picture as they do among the features', () => {
  const { labels, features } = clusters(90, 5, 24);
  const places = tsne(features, 1);
  assert.is(places.length, 90);
  assert.ok(places.flat().every(Number.isFinite));
  for (const points of [features, places]) {
    for (const { share } of knnPurity(points, labels).purity) assert.ok(share > 0.98, `${share}`);
  }
});

test('the same seed gives the same picture, another one another', () => {
  const { features } = clusters(30, 3, 8);
  assert.equal(tsne(features, 4), tsne(features, 4));
  assert.not.equal(tsne(features, 4), tsne(features, 5));
});

test('neither a shift, a unit nor a feature that never differs changes the picture', () => {
  const { features } = clusters(24, 3, 4);
  // Powers of two: exact in floating point.
  const other = features.map((row) => [...Array.from(row, (value) => 4 * value), 7]);
  assert.equal(tsne(other, 2), tsne(features, 2));
});

test('clips that all are the same make a picture of finite places', () => {
  const same = Array.from({ length: 12 }, () => [1, 2, 3]);
  assert.ok(tsne(same, 1).flat().every(Number.isFinite));
});

test('too few clips, too many, and features that are no numbers are refused', () => {
  const rows = (count: number, value = 1) => Array.from({ length: count }, () => [value]);
  refused(() => tsne(rows(4), 1), 'bad_input', /4 clips, need at least 5/);
  refused(() => tsne(rows(2001), 1), 'limit_exceeded', /2001 clips, need at most 2000/);
  refused(() => tsne([...rows(6), [NaN]], 1), 'bad_input', /clip 6/);
});

test.run();
