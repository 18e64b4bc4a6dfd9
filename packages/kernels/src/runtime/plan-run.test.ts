import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ITERATED, iterate } from '../testing/iterate.ts';
import { testContext } from '../testing/test-context.ts';
import { createPlan } from './plan.ts';

/** Calls `tick` every few milliseconds while `work` goes on; the longest time between two calls. */
async function longestGap(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const tick = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(tick, 2);
  await work();
  clearInterval(timer);
  tick();
  return longest;
}

test('while a device works, the thread that waits for it does other things', async () => {
  const builder = createPlan(await testContext(), 'long');
  const x = builder.input('x', ITERATED);
  const y = builder.tensor('y', ITERATED);
  builder.dispatch(iterate, { rounds: 5_000_000 }, { x, y });
  builder.output('y', y);
  const plan = await builder.build();
  const inputs = { x: new Float32Array(ITERATED).fill(0.5) };
  // How long it takes shows in the second and third run.
  for (let i = 0; i < 3; i++) await plan.run(inputs);
  const shares: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    const gap = await longestGap(() => plan.run(inputs));
    shares.push(gap / (performance.now() - began));
  }
  const shown = shares.map((share) => `${(100 * share).toFixed(0)} %`).join(', ');
  assert.ok(Math.min(...shares) < 0.5, `it stood still for ${shown} of a run`);
  await plan.destroy();
});

test.run();
