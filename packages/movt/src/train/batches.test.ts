import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBuckets, epochBatches, roundedSize } from './batches.ts';

const random = createRandom(5);
const clipOf = (frames: number, points: number) => ({ frames, points });

test('sizes are rounded up by less than a fifth, to four in a doubling', () => {
  const rounded = new Set<number>();
  for (let size = 1; size <= 1024; size++) {
    const up = roundedSize(size);
    assert.ok(up >= size && up < 1.25 * size, `${size} → ${up}`);
    rounded.add(up);
  }
  assert.ok(rounded.size <= 4 * 10, `${rounded.size} sizes`);
});

test('clips of any sizes fall into few buckets that hold them, each clip into one', () => {
  const clips = Array.from({ length: 3000 }, () => clipOf(random.integer(2, 120), random.integer(1, 60)));
  const buckets = createBuckets(clips, 32);
  const members = buckets.flatMap((bucket) => [...bucket.members]);
  assert.equal(
    members.sort((a, b) => a - b),
    clips.map((_, i) => i),
  );
  for (const { members, frames, points } of buckets) {
    assert.ok(members.length >= 32, 'a bucket smaller than a batch');
    assert.is(frames, Math.max(...members.map((i) => clips[i].frames)));
    assert.is(points, Math.max(...members.map((i) => clips[i].points)));
  }
  assert.ok(buckets.length < 94, `${buckets.length} buckets: no more than batches`);
});

test('fewer clips than a batch are one bucket', () => {
  const [bucket, ...others] = createBuckets([clipOf(9, 3), clipOf(40, 2), clipOf(5, 7)], 32);
  assert.equal([bucket, others.length], [{ members: [2, 0, 1], frames: 40, points: 7 }, 0]);
});

test('an epoch has every clip once, with tails; its order is a function of seed and epoch', () => {
  const clips = Array.from({ length: 70 }, (_, i) => clipOf(i % 2 ? 8 : 16, 4));
  const buckets = createBuckets(clips, 16);
  const order = (seed: number, epoch: number) => epochBatches(buckets, 16, seed, epoch).map(({ indices }) => indices);
  const batches = order(1, 1);
  assert.equal(batches.map(({ length }) => length).sort(), [16, 16, 16, 16, 3, 3]);
  assert.equal(
    batches.flat().sort((a, b) => a - b),
    clips.map((_, i) => i),
  );
  assert.equal(order(1, 1), batches);
  for (const other of [order(1, 2), order(2, 1)]) assert.not.equal(other, batches);
  // Not only within batches: over the epochs a clip has every place in the order alike.
  const places = Array.from({ length: 400 }, (_, epoch) => order(7, epoch).flat().indexOf(0));
  const mean = places.reduce((a, b) => a + b) / places.length;
  assert.ok(Math.abs(mean - 34.5) < 5, `clip 0 is at ${mean} on average`); // 4.9 standard errors of 1.01
});

test.run();
