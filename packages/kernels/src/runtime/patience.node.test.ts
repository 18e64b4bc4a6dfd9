import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { waitPatiently } from './patience.ts';

/** Turns of the event loop while `wait` goes on, with something in every turn that asks for the next, as Dawn does. */
async function countTurns(wait: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const ask = () => {
    turns++;
    if (!isOver) setImmediate(ask);
  };
  ask();
  await wait;
  isOver = true;
  return turns;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('waiting takes few turns of the event loop, also for several at once, and none when it is over', async () => {
  const impatient = await countTurns(sleep(300));
  const patient = await countTurns(waitPatiently(sleep(300)));
  assert.ok(patient < impatient / 5, `${patient} turns against ${impatient}`);
  const several = await countTurns(Promise.all([waitPatiently(sleep(300)), waitPatiently(sleep(200))]));
  assert.ok(several < impatient / 5, `${several} turns against ${impatient}`);
  const after = await countTurns(sleep(100));
  assert.ok(after > patient, `${after} turns afterwards`);
});

/** Turns of the event loop while `wait` goes on, with some work in each. */
async function countBusyTurns(wait: Promise<unknown>): Promise<number> {
  const work = () => {
    for (const since = performance.now(); performance.now() - since < 0.2; );
  };
  let turns = 0;
  let isOver = false;
  const again = () => {
    turns++;
    work();
    if (!isOver) setImmediate(again);
  };
  again();
  await wait;
  isOver = true;
  return turns;
}

test('a loop that has something to do is not held up', async () => {
  // From its 300th millisecond on a wait would add two to each turn.
  const wait = waitPatiently(sleep(900));
  await sleep(300);
  const turns = await countBusyTurns(sleep(300));
  await wait;
  assert.ok(turns > 200, `${turns} turns of at least 0.2 ms in 300 ms`);
});

test('what the work answers comes through, and how it fails', async () => {
  assert.is(await waitPatiently(Promise.resolve(7)), 7);
  const message = await waitPatiently(Promise.reject(new Error('lost'))).catch((error) => error.message);
  assert.is(message, 'lost');
});

test.run();
