import { createRandom } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cropFrames, croppedFrames, type Part } from './crop-frames.ts';
import { keepPixels, keepPoints, pointsLeft } from './drop-points.ts';
import { lowDataSubset } from './low-data.ts';

const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error: Error & { code?: string }) => error.code === 'bad_input' && message.test(error.message));

/** A clip whose values tell where they stand: 100·frame + 10·point + coordinate. */
const counted = (T: number, N: number): Tracks => ({
  data: Float32Array.from({ length: T * N * 3 }, (_, i) => {
    const [t, n, c] = [Math.floor(i / (3 * N)), Math.floor(i / 3) % N, i % 3];
    return 100 * t + 10 * n + c;
  }),
  T,
  N,
});

test('the first, middle and last half of the frames, whole', () => {
  const clip = counted(9, 2);
  const framesOf = (part: Part, share: number) => {
    const { data, T, N } = cropFrames(clip, share, part);
    assert.is(data.length, T * N * 3);
    return Array.from({ length: T }, (_, t) => data[t * N * 3] / 100);
  };
  assert.equal(framesOf('first', 4 / 9), [0, 1, 2, 3]);
  assert.equal(framesOf('middle', 4 / 9), [2, 3, 4, 5]);
  assert.equal(framesOf('last', 4 / 9), [5, 6, 7, 8]);
  assert.equal(framesOf('middle', 1), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(framesOf('last', 0.01), [7, 8], 'two at least: a motion');
  assert.equal([...cropFrames(clip, 2 / 9, 'last').data], [...clip.data.slice(7 * 6)]);
  assert.equal(croppedFrames(1, 0.5, 'last'), { first: 0, count: 1 }, 'where there is but one');
  for (const share of [0, 1.01, NaN]) refused(() => cropFrames(clip, share, 'first'), /a share of/);
});

test('a share of the points is dropped, and the others are as they were', () => {
  const kept = [0, 2, 5];
  const { data, T, N } = keepPoints(counted(3, 6), kept);
  assert.equal([T, N], [3, 3]);
  const expected = [0, 1, 2].flatMap((t) => kept.flatMap((n) => [0, 1, 2].map((c) => 100 * t + 10 * n + c)));
  assert.equal([...data], expected);
});

test('a pixel that is left keeps its place, also when more are dropped from among those left', () => {
  const once = keepPixels(counted(2, 6), [0, 2, 3, 5]);
  assert.equal(once.places, [0, 2, 3, 5]);
  const twice = keepPixels(once, [1, 3]);
  assert.equal([twice.places, twice.N, twice.T], [[2, 5], 2, 2]);
  assert.equal([...twice.data], [...keepPoints(counted(2, 6), [2, 5]).data]);
});

test('which points are dropped, seed and clip decide; more are dropped from among those left', () => {
  const shares = [0, 0.1, 0.35, 0.5, 0.9, 0.999];
  const left = shares.map((share) => pointsLeft(60, share, 1, 7));
  assert.equal(
    left.map(({ length }) => length),
    [60, 54, 39, 30, 6, 1],
  );
  for (const [i, points] of left.slice(1).entries()) {
    assert.ok(points.every((n) => left[i].includes(n)));
    assert.equal(
      points,
      [...points].sort((a, b) => a - b),
    );
  }
  assert.equal(pointsLeft(60, 0.5, 1, 7), left[3]);
  assert.not.equal(pointsLeft(60, 0.5, 1, 8), left[3]);
  assert.not.equal(pointsLeft(60, 0.5, 2, 7), left[3]);
  const counts = new Array<number>(20).fill(0);
  for (let clip = 0; clip < 400; clip++) for (const n of pointsLeft(20, 0.5, 3, clip)) counts[n]++;
  assert.ok(
    counts.every((count) => Math.abs(count - 200) < 50),
    `${counts}: any point is as likely to stay`,
  );
  for (const share of [-0.1, 1, NaN]) refused(() => pointsLeft(60, share, 1, 0), /a share of/);
});

test('a part of the training clips has its share of each class, and is part of a larger part', () => {
  const random = createRandom(6);
  const labels = [...Array.from({ length: 400 }, () => random.integer(0, 3)), 4, 4, 4];
  const parts = [1, 0.6, 0.4, 0.2, 0.1].map((share) => ({ share, clips: lowDataSubset(labels, share, 9) }));
  assert.equal(parts[0].clips, [...labels.keys()]);
  for (const { share, clips } of parts) {
    for (let label = 0; label < 5; label++) {
      const all = labels.filter((other) => other === label).length;
      const some = clips.filter((i) => labels[i] === label).length;
      assert.is(some, Math.max(1, Math.round(share * all)), `class ${label} at ${share}`);
    }
  }
  for (const [i, { clips }] of parts.slice(1).entries())
    assert.ok(clips.every((clip) => parts[i].clips.includes(clip)));
  assert.equal(lowDataSubset(labels, 0.2, 9), parts[3].clips);
  assert.not.equal(lowDataSubset(labels, 0.2, 10), parts[3].clips);
  for (const share of [0, 1.1, NaN]) refused(() => lowDataSubset(labels, share, 1), /a share of/);
});

test.run();
