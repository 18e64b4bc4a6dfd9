import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { halfToNumber, toHalf } from './float16.ts';

test('every half survives the way to a number and back', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = halfToNumber(bits);
    if (Number.isNaN(value)) assert.is(toHalf([value])[0], 0x7e00);
    else assert.is(toHalf([value])[0], bits, `0x${bits.toString(16)} is ${value}`);
  }
});

test('between two halves the nearer one, and the even one of two as near', () => {
  for (let bits = 0; bits < 0x7bff; bits++) {
    const [low, high] = [halfToNumber(bits), halfToNumber(bits + 1)];
    const middle = (low + high) / 2;
    assert.is(toHalf([middle])[0], bits % 2 === 0 ? bits : bits + 1, `middle after 0x${bits.toString(16)}`);
    assert.is(toHalf([low + (high - low) * 0.499])[0], bits);
    assert.is(toHalf([-(low + (high - low) * 0.501)])[0], 0x8000 | (bits + 1));
  }
});

test('what is too large is infinite, what is too small is zero', () => {
  assert.equal(
    [...toHalf([65519.99, 65520, -1e9, Infinity, 2 ** -26, -0])],
    [0x7bff, 0x7c00, 0xfc00, 0x7c00, 0, 0x8000],
  );
});

test.run();
