import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { once } from './once.ts';

test('it is made once, for callers at the same time too', async () => {
  let made = 0;
  const get = once(async () => ({ number: ++made }));
  const [first, second] = await Promise.all([get(), get()]);
  assert.is(first, second);
  assert.is(await get(), first);
  assert.is(made, 1);
});

test('what failed fails for those who waited, and is tried again', async () => {
  let tries = 0;
  const get = once(async () => {
    if (++tries === 1) throw new Error('no such file');
    return tries;
  });
  const results = await Promise.allSettled([get(), get()]);
  assert.equal(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.is(await get(), 2);
  assert.is(await get(), 2);
});

test.run();
