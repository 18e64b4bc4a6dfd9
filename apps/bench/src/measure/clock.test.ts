import { timestampStep } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { distrust } from './clock.ts';

test('the step of a clock is what all its readings have in common', () => {
  assert.is(timestampStep([40n, 120n, 1000n, 80n]), 40);
  assert.is(timestampStep([300_007n, 100_007n, 700_007n]), 200_000);
  assert.is(timestampStep([1n, 8n, 12n]), 1);
});

const stamps = [1_000_003n, 7_000_010n];
const later = { wallMs: 6.5, stamps: [9_000_051n, 15_000_002n] };

test('timestamps are believed when they fit the wall clock', () => {
  assert.is(distrust([{ wallMs: 6.5, stamps }, later], false), undefined);
});

test('timestamps are not believed where they are missing, backwards, rounded or at odds with the wall clock', () => {
  assert.match(distrust([{ wallMs: 5, stamps: [] }], false)!, 'no timestamps');
  assert.match(distrust([{ wallMs: 5, stamps: [7n, 3n] }], false)!, 'before the one');
  const rounded = [
    { wallMs: 1, stamps: [100_000n, 300_000n] },
    { wallMs: 1, stamps: [500_000n, 1_200_000n] },
  ];
  assert.match(distrust(rounded, false)!, 'rounded to 100 µs');
  assert.match(distrust([{ wallMs: 2, stamps }, later], false)!, 'ms of work that took 2 ms');
  const slow = { ...later, wallMs: 400 };
  assert.match(distrust([{ wallMs: 500, stamps }, slow], false)!, 'only 6.000007 ms of work that took 500 ms');
  assert.is(distrust([{ wallMs: 500, stamps }, later], false), undefined, 'the first may have waited');
});

test('between passes there may be work of any length that is not timed', () => {
  assert.is(
    distrust(
      [
        { wallMs: 500, stamps },
        { ...later, wallMs: 400 },
      ],
      true,
    ),
    undefined,
  );
});

test.run();
