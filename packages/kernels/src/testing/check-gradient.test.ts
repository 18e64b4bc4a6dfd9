import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertGradient, checkGradient, type GradientCheck } from './check-gradient.ts';
import type { Arrays } from './check-kernel.ts';

/** y = a·sin(b) element by element and its sum, with a mask that has no gradient. */
const sines: GradientCheck<{ count: number }> = {
  name: 'sines',
  problems: [{ count: 1 }, { count: 7 }, { count: 1001 }],
  inputs: (random, { count }) => ({
    a: random.normal(count),
    b: random.normal(count),
    mask: Array.from({ length: count }, () => random.integer(0, 1)),
  }),
  forward(_, { a, b, mask }) {
    const y = Float64Array.from(a, (value, i) => mask[i] * value * Math.sin(b[i]));
    return { y, sum: [y.reduce((sum, value) => sum + value, 0)] };
  },
  backward: (_, { a, b, mask, dy, dsum }: Arrays) => ({
    da: Float64Array.from(a, (_value, i) => mask[i] * (dy[i] + dsum[0]) * Math.sin(b[i])),
    db: Float64Array.from(b, (value, i) => mask[i] * (dy[i] + dsum[0]) * a[i] * Math.cos(value)),
  }),
};

checkGradient(sines);

/** The same, with one gradient changed. */
const planted = (name: string, change: (value: number, i: number) => number): GradientCheck<{ count: number }> => ({
  ...sines,
  backward(problem, arrays) {
    const right = sines.backward(problem, arrays);
    return { ...right, [name]: Array.from(right[name], change) };
  },
});

test('a planted wrong gradient fails: of all elements, of one, by sign, NaN', () => {
  const refused = (check: GradientCheck<{ count: number }>, message: RegExp) =>
    assert.throws(() => assertGradient(check, { count: 7 }), message);
  refused(
    planted('da', (value) => value * (1 + 1e-5)),
    /sines\.da .*seed 1: . of 7 values outside/,
  );
  refused(
    planted('db', (value, i) => (i === 3 ? value + 1e-4 : value)),
    /sines\.db .*seed 1: 1 of 7 .*worst at \[3\]/,
  );
  refused(
    planted('db', (value) => -value),
    /sines\.db/,
  );
  refused(
    planted('da', () => NaN),
    /sines\.da/,
  );
  assert.throws(
    () =>
      assertGradient(
        planted('da', (value) => value * (1 + 1e-5)),
        { count: 1001 },
      ),
    /of 200 values outside/,
  );
});

test('only the outputs that the loss depends on have gradients', () => {
  assertGradient(
    {
      ...sines,
      outputs: ['sum'],
      backward(problem, arrays) {
        assert.is(arrays.dy, undefined);
        return sines.backward(problem, { ...arrays, dy: new Float64Array(problem.count) });
      },
    },
    { count: 7 },
  );
});

test('a backward with no gradient, of a wrong length or of no input is refused', () => {
  const answers = (gradients: Arrays) => () => assertGradient({ ...sines, backward: () => gradients }, { count: 7 });
  assert.throws(answers({}), /no gradient/);
  assert.throws(answers({ da: [1, 2] }), /2 values, for an input of 7/);
  assert.throws(answers({ dc: [1] }), /for an input of that name, which is none/);
});

test.run();
