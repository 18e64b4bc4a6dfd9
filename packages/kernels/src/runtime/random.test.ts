import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, fnv1a, philox } from './random.ts';

test('philox gives the known answers of its authors (Random123, philox4x32-10)', () => {
  const ones = 0xffffffff;
  assert.equal(philox([0, 0, 0, 0], [0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  assert.equal(philox([ones, ones, ones, ones], [ones, ones]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  assert.equal(
    philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  );
});

test('fnv1a gives the published values', () => {
  assert.is(fnv1a(''), 0x811c9dc5);
  assert.is(fnv1a('a'), 0xe40c292c);
  assert.is(fnv1a('foobar'), 0xbf9cf968);
});

test('a seed repeats, another seed or stream differs', () => {
  const draw = (seed: number, stream?: number) => [...createRandom(seed, stream).uniform(9, -1, 1)].join();
  assert.is(draw(7), draw(7));
  assert.is.not(draw(7), draw(8));
  assert.is.not(draw(7, 0), draw(7, 1));
});

test('moments of uniform and normal numbers, and the bounds of integers', () => {
  const n = 40_000;
  const moments = (values: Float32Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n };
  };
  const random = createRandom(20_26);
  const uniform = random.uniform(n, -3, 3);
  assert.ok(uniform.every((value) => value >= -3 && value < 3));
  const flat = moments(uniform); // variance (hi − lo)²/12 = 3; standard error of the mean √(3/n) ≈ 0.009
  assert.ok(Math.abs(flat.mean) < 0.04 && Math.abs(flat.variance - 3) < 0.1, JSON.stringify(flat));
  const bell = moments(random.normal(n));
  assert.ok(Math.abs(bell.mean) < 0.025 && Math.abs(bell.variance - 1) < 0.04, JSON.stringify(bell));
  const seen = new Set(Array.from({ length: 200 }, () => random.integer(-1, 2)));
  assert.equal(
    [...seen].sort((a, b) => a - b),
    [-1, 0, 1, 2],
  );
});

test.run();
