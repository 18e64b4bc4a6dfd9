import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPace } from './pace.ts';

test('tells how fast clips are made and how long the rest takes, from the first of this run on', () => {
  let now = 5000;
  const pace = createPace(130, () => now);
  assert.is(pace(101), '');
  now += 500;
  assert.is(pace(102), '2.0 clips/s, 14 s left');
  now += 9500;
  assert.is(pace(110), '0.90 clips/s, 22 s left');
});

test.run();
