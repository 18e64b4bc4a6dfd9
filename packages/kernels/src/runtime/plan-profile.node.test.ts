import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { create, globals } from 'webgpu';
import { createContext } from './context.ts';
import { alignClocks, timestampStep } from './gpu-clock.ts';
import { createGpuTimer } from './gpu-timer.ts';

Object.assign(globalThis, globals);
/** Dawn as it is without our flags: it rounds. Referenced for as long as the process lives, else Dawn crashes. */
const dawn = create([]);

test('timestamps that Dawn rounds are found out', async () => {
  const context = await createContext({ gpu: dawn });
  const timer = createGpuTimer(context, 1);
  const encoder = context.device.createCommandEncoder();
  encoder.beginComputePass({ timestampWrites: timer.writes(0) }).end();
  context.device.queue.submit([encoder.finish()]);
  // Long enough for the clock to take some of its steps.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await timer.sight();
  const { passes, sightings } = await timer.read();
  const stepNs = timestampStep([...passes, ...sightings].flatMap(({ begin, end }) => [begin, end]));
  assert.ok(stepNs >= 10_000, `${stepNs} ns`);
  assert.is(alignClocks(sightings, stepNs).quantised, true);
  timer.destroy();
  assert.is(context.liveBytes, 0);
  context.destroy();
});

test.run();
