import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { perClassAccuracy } from './per-class.ts';

test('the accuracy of two models among the clips of each class that has some', () => {
  const says = (...classes: number[]) => classes.map((answer) => [0, 1, 2].map((k) => Number(k === answer)));
  const found = perClassAccuracy(says(0, 0, 1, 2), says(0, 2, 0, 1), [0, 0, 0, 2], ['up', 'down', 'left']);
  assert.equal(found, [
    { name: 'up', clips: 3, a: 2 / 3, b: 2 / 3 },
    { name: 'left', clips: 1, a: 1, b: 0 },
  ]);
  assert.throws(() => perClassAccuracy(says(0), says(0, 1), [0], ['up', 'down', 'left']), /1 and for 2 clips/);
});

test.run();
