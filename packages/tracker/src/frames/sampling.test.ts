import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSampling, sampleIndices, selectFrames } from './sampling.ts';

test('all, every k and exactly T are read', () => {
  assert.equal(parseSampling('all'), { kind: 'all' });
  assert.equal(parseSampling('every:4'), { kind: 'every', k: 4 });
  assert.equal(parseSampling('32'), { kind: 'exactly', count: 32 });
  for (const text of [
    '',
    '0',
    'every:0',
    'every:',
    'every:1.5',
    '-3',
    '1e3',
    'ALL',
    '3 ',
    'every:99999999999',
    '65537',
  ]) {
    assert.throws(() => parseSampling(text), /reading the frames to use/, text);
  }
});

test('frames are taken as documented', () => {
  assert.equal(sampleIndices(4, { kind: 'all' }), [0, 1, 2, 3]);
  assert.equal(sampleIndices(7, { kind: 'every', k: 3 }), [0, 3, 6]);
  assert.equal(sampleIndices(6, { kind: 'every', k: 3 }), [0, 3]);
  assert.equal(sampleIndices(2, { kind: 'every', k: 9 }), [0]);
  assert.equal(sampleIndices(9, { kind: 'exactly', count: 3 }), [0, 4, 8]);
  assert.equal(sampleIndices(9, { kind: 'exactly', count: 1 }), [0]);
  assert.equal(sampleIndices(3, { kind: 'exactly', count: 5 }), [0, 1, 1, 2, 2]);
  assert.equal(sampleIndices(1, { kind: 'exactly', count: 3 }), [0, 0, 0]);
});

test('exactly T gives T ascending positions from the first frame to the last, spaced within one frame of even', () => {
  for (let round = 0; round < 300; round++) {
    const n = 1 + Math.floor(Math.random() * 400);
    const count = 2 + Math.floor(Math.random() * 100);
    const indices = sampleIndices(n, { kind: 'exactly', count });
    assert.is(indices.length, count);
    assert.equal([indices[0], indices[count - 1]], [0, n - 1]);
    const step = (n - 1) / (count - 1);
    for (let i = 1; i < count; i++) {
      assert.ok(Math.abs(indices[i] - indices[i - 1] - step) <= 1, `n = ${n}, T = ${count}`);
      assert.ok(indices[i] >= indices[i - 1]);
    }
  }
});

test('a range holds its start and not its end, whatever the spacing', () => {
  const times = [0, 0.04, 0.2, 0.24, 1];
  assert.equal(selectFrames(times, {}, 'x'), [0, 1, 2, 3, 4]);
  assert.equal(selectFrames(times, { start: 0.04, end: 0.24 }, 'x'), [1, 2]);
  assert.equal(selectFrames(times, { start: 0.05, sampling: { kind: 'every', k: 2 } }, 'x'), [2, 4]);
  assert.equal(selectFrames(times, { end: 0.5, sampling: { kind: 'exactly', count: 2 } }, 'x'), [0, 3]);
  for (const range of [
    { start: 2 },
    { end: 0 },
    { start: 0.5, end: 0.2 },
    { start: 0.3, end: 0.9 },
    { start: Number.NaN },
  ]) {
    assert.throws(() => selectFrames(times, range, 'x.mp4'), /opening x\.mp4: got 5 frames at 0 … 1 s, none/);
  }
  assert.throws(() => selectFrames([], {}, 'x.mp4'), /got no frame/);
});

test.run();
