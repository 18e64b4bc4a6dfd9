import { createRandom, MovtError } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { corruptText } from './corrupt-text.ts';
import type { ReadOptions } from './options.ts';
import { readUea } from './uea.ts';

const HEAD = [
  '# of no use',
  '@problemName Waves',
  '@timeStamps false',
  '@missing false',
  '@univariate false',
  '@dimensions 6',
];
const file = (lines: readonly string[], label = '@classLabel true up down') =>
  [...HEAD, label, '@data', ...lines].join('\r\n');

/** Six dimensions of three frames: dimension d, frame t is 10·d + t. */
const series = (answer: string) =>
  `${[0, 1, 2, 3, 4, 5].map((d) => [0, 1, 2].map((t) => 10 * d + t).join()).join(':')}:${answer}`;

function refused(text: string, message: RegExp, options: ReadOptions = { axes: 'xyz' }): void {
  try {
    readUea(text, 'a.ts', options);
  } catch (error) {
    assert.instance(error, MovtError, `${error}`);
    assert.is((error as MovtError).code, 'bad_input');
    assert.match((error as MovtError).message, message);
    return;
  }
  assert.unreachable(`not refused: ${message}`);
}

test('dimensions are the numbers of one point after another', () => {
  const text = file([series('down'), '', series(' up')]);
  const xyz = readUea(text, 'a.ts', { axes: 'xyz' });
  assert.equal(
    [xyz.labels, xyz.classes],
    [
      [1, 0],
      ['up', 'down'],
    ],
  );
  assert.equal([...xyz.clips[1].data], [0, 10, 0, 30, 40, 0, 1, 11, 0, 31, 41, 0, 2, 12, 0, 32, 42, 0]);
  const xy = readUea(text, 'a.ts', { axes: 'xy' }).clips[0];
  assert.equal([xy.T, xy.N, ...xy.data.subarray(0, 9)], [3, 3, 0, 10, 0, 20, 30, 0, 40, 50, 0]);
  refused(text, /6 dimensions, need --axes: they may be 3 points of xy or 2 points of xyz/, {});
});

test('one way to read the dimensions needs no telling; lengths may differ; a target is a number', () => {
  const text = file(['1,2:3,4:-1.5', '1,2,3:4,5,6:1e3'], '@targetlabel true');
  const { clips, targets, labels } = readUea(text, 'a.ts', {});
  assert.equal(
    [clips.map(({ T, N }) => [T, N]), [...targets!], labels],
    [
      [
        [2, 1],
        [3, 1],
      ],
      [-1.5, 1000],
      undefined,
    ],
  );
  const unlabelled = readUea(file(['1,2:3,4:5,6'], '@classLabel false'), 'a.ts', {});
  assert.equal([[...unlabelled.clips[0].data], unlabelled.labels], [[1, 3, 0, 2, 4, 0], undefined]);
  // Without a list the names make one, numbers too: the archive counts classes from 1.
  const counted = readUea(file(['1,2:3,4:2', '1,2:3,4:1'], '@classLabel true'), 'a.ts', {});
  assert.equal(
    [counted.labels, counted.classes],
    [
      [1, 0],
      ['1', '2'],
    ],
  );
});

test('what cannot be read is named by line, dimension, point and frame', () => {
  refused(
    file([series('up'), series('up').replace('32', '?')]),
    /line 10 of a.ts: got '\?' in dimension 3 \(x of point 1\), frame 2/,
  );
  refused(
    file([series('up').replace('11', 'NaN')]),
    /'NaN' in dimension 1 \(y of point 0\), frame 1, need a finite number: missing/,
  );
  refused(
    file([series('up').replace('0,1,2:', '0,1:')]),
    /line 9 .* 3 values in dimension 1, need 2, as in dimension 0/,
  );
  refused(file([series('up'), '1,2:3,4:up']), /line 10 .* 2 dimensions, need 6, as in the first series/);
  refused(file([series('left')]), /line 9 .* the class "left", need one of up, down/);
  refused(file([series('x')], '@targetlabel true'), /line 9 .* the target 'x'/);
  refused(file(['(0,1),(1,2)']).replace('@timeStamps false', '@timeStamps true'), /line 3 .* time stamps/);
  refused(file(['1:2:3:4:5:up']), /5 dimensions and --axes xyz, need a multiple of 2 or 3/);
  refused(file(['up']), /0 dimensions/);
  refused(file([]), /no series/);
  refused('1,2:3,4:up', /line 1 .* '1,2:3,4:up' before @data/);
});

test('a corrupted file is read or refused, never anything else', () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = createRandom(seed);
  const whole = file([series('up'), series('down')]);
  for (let round = 0; round < 500; round++) {
    try {
      readUea(corruptText(random, whole, [...':,@\n?e-0.', '']), 'a.ts', {});
    } catch (error) {
      assert.ok(error instanceof MovtError, `seed ${seed}, round ${round}: ${(error as Error).stack}`);
    }
  }
});

test.run();
