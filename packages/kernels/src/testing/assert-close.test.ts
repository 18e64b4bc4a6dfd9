import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertClose, relativeL2 } from './assert-close.ts';

const tolerance = { rtol: 1e-3, atol: 1e-6 };

test('values within the tolerance pass, NaN and infinities match their own kind', () => {
  assertClose([1, NaN, Infinity, -Infinity, -0], [1.0005, NaN, Infinity, -Infinity, 0], tolerance, 'same');
  assertClose([], [], tolerance, 'empty');
});

test('the worst element is named', () => {
  assert.throws(
    () => assertClose([1, 2, 3], [1, 2.1, 4], tolerance, 'seed 5'),
    /seed 5: 2 of 3 .* worst at \[2\]: 3, expected 4/,
  );
});

test('an unexpected NaN, a wrong infinity and a wrong length fail', () => {
  for (const [actual, expected] of [
    [NaN, 1],
    [1, NaN],
    [Infinity, -Infinity],
    [Infinity, 1e30],
  ]) {
    assert.throws(() => assertClose([actual], [expected], tolerance, 'kind'), /worst at \[0\]/);
  }
  assert.throws(() => assertClose([1], [1, 1], tolerance, 'length'), /1 values, expected 2/);
});

test('a zero tolerance asks for equality', () => {
  assertClose([3], [3], { rtol: 0, atol: 0 }, 'equal');
  assert.throws(() => assertClose([3], [3.0001], { rtol: 0, atol: 0 }, 'not equal'));
});

test('relative L2 error', () => {
  assert.is(relativeL2([3, 4], [3, 4]), 0);
  assert.is(relativeL2([3, 5], [3, 4]), 0.2);
  assert.is(relativeL2([0], [0]), 0);
  assert.not.ok(relativeL2([NaN], [1]) < 1);
});

test.run();
