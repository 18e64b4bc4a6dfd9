import { MovtError } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readF32 } from './f32.ts';

const values = Array.from({ length: 2 * 2 * 1 * 3 }, (_, i) => i + 0.5);
const numbers = (length = values.length) => {
  const bytes = new Uint8Array(length * 4 + 1).subarray(1);
  for (const [i, value] of values.slice(0, length).entries()) {
    new DataView(bytes.buffer, 1).setFloat32(i * 4, value, true);
  }
  return bytes;
};
const description = {
  dtype: 'float32le',
  shape: [2, 2, 1, 3],
  axes: ['sequence', 'time', 'point', 'xyz'],
  name: 'Waves',
  units: 'metres',
  classes: ['up', 'down'],
  labels: [1, 0],
  group: [4, 4],
  split: ['train', 'test'],
  split2: ['test', 'train'],
};
const json = (change = {}) => new TextEncoder().encode(JSON.stringify({ ...description, ...change }));

function refused(bytes: Uint8Array, text: Uint8Array, message: RegExp, split: string | undefined = 'split'): void {
  try {
    readF32(bytes, text, 'a.f32', split ? { split } : {});
  } catch (error) {
    assert.instance(error, MovtError, `${error}`);
    assert.match((error as MovtError).message, message);
    return;
  }
  assert.unreachable(`not refused: ${message}`);
}

test('numbers at any alignment, with what the JSON says of them', () => {
  const set = readF32(numbers(), json(), 'a.f32', { split: 'split2' });
  assert.equal(
    set.clips.map(({ T, N, data }) => [T, N, ...data]),
    [
      [2, 1, 0.5, 1.5, 0, 3.5, 4.5, 0],
      [2, 1, 6.5, 7.5, 0, 9.5, 10.5, 0],
    ],
  );
  assert.equal(
    [set.labels, set.classes, set.group, set.split],
    [
      [1, 0],
      ['up', 'down'],
      [4, 4],
      [2, 0],
    ],
  );
  assert.is(set.source, 'Waves, split2');
});

test('one split needs no choice; targets are numbers or rows', () => {
  const text = json({
    split2: undefined,
    labels: undefined,
    targets: [
      [1, 2],
      [3, 4],
    ],
  });
  const { split, targets, labels } = readF32(numbers(), text, 'a.f32', {});
  assert.equal([split, [...targets!], labels], [[0, 2], [1, 2, 3, 4], undefined]);
});

test('a file and a JSON that do not fit are refused', () => {
  refused(numbers(), json(), /3 of them|2 of them, need --split with one of split, split2/, '');
  refused(numbers(), json(), /--split split3, need --split with one of split, split2/, 'split3');
  refused(numbers(11), json(), /44 bytes of numbers, need 48 for shape \[2,2,1,3\]/);
  refused(numbers(), json({ shape: [2, 2, 3] }), /shape/);
  refused(numbers(), json({ shape: [2, 2, 1.5, 3] }), /shape\.2 = 1\.5/);
  refused(numbers(), json({ shape: [2 ** 20, 2 ** 20, 2 ** 20, 3] }), /at most \d+ in clips × frames × points/);
  refused(numbers(), json({ dtype: 'float64le' }), /dtype = "float64le", need "float32le"/);
  refused(numbers(), json({ axes: ['sequence', 'time', 'point', 'rgb'] }), /axes "rgb" for shape/);
  refused(numbers(), json({ axes: undefined }), /need a last axis xy, xyz/);
  refused(numbers(), json({ labels: ['up', 'down'] }), /labels\.0 = "up"/);
  refused(numbers(), json({ labels: undefined, targets: [[1, 2], [3]] }), /1 targets of clip 1, need 2/);
  refused(numbers(), json({ split: ['train', 'dev'] }), /split of clip 1 in a.f32: got "dev"/);
  refused(numbers(), json({ split: 'train' }), /split that is no list/);
  refused(numbers(), new TextEncoder().encode('{'), /not JSON/);
});

test.run();
