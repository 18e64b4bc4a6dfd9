import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { perClassAccuracy, perClassOverSeeds } from './per-class.ts';

test('the accuracy of two models among the clips of each class that has some', () => {
  const says = (...classes: number[]) => classes.map((answer) => [0, 1, 2].map((k) => Number(k === answer)));
  const found = perClassAccuracy(says(0, 0, 1, 2), says(0, 2, 0, 1), [0, 0, 0, 2], ['up', 'down', 'left']);
  assert.equal(found, [
    { name: 'up', clips: 3, a: 2 / 3, b: 2 / 3 },
    { name: 'left', clips: 1, a: 1, b: 0 },
  ]);
  assert.throws(() => perClassAccuracy(says(0), says(0, 1), [0], ['up', 'down', 'left']), /1 and for 2 clips/);
});

test('over seeds: the mean of pairs', () => {
  const says = (...classes: number[]) => classes.map((answer) => [0, 1].map((k) => Number(k === answer)));
  const found = perClassOverSeeds(
    [says(0, 0, 1), says(1, 0, 1)],
    [says(1, 1, 0), says(1, 0, 1)],
    [0, 0, 1],
    ['x', 'y'],
  );
  assert.equal(found, [
    { name: 'x', clips: 2, a: 0.75, b: 0.25 },
    { name: 'y', clips: 1, a: 1, b: 0.5 },
  ]);
});

test.run();
