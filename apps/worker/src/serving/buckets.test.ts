import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bucketOf, roomFor, roundUp } from './buckets.ts';

test('sizes grow in steps of at most a quarter', () => {
  const sizes = [...new Set(Array.from({ length: 5000 }, (_, i) => roundUp(i + 1)))];
  assert.equal(sizes.slice(0, 20), [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64]);
  for (let size = 1; size <= 5000; size++) {
    assert.ok(roundUp(size) >= size && (roundUp(size) - size) / size < 0.25, `${size} → ${roundUp(size)}`);
    assert.is(roundUp(roundUp(size)), roundUp(size));
  }
});

test('clips of one size are not padded, others to their bucket', () => {
  assert.equal(
    roomFor([
      { frames: 31, points: 57 },
      { frames: 31, points: 57 },
    ]),
    { frames: 31, points: 57 },
  );
  assert.equal(
    roomFor([
      { frames: 31, points: 57 },
      { frames: 30, points: 60 },
    ]),
    { frames: 32, points: 64 },
  );
  assert.equal(bucketOf({ frames: 30, points: 60 }), { frames: 32, points: 64 });
});

test.run();
