import type { GpuContext } from '@movt/kernels';
import { assertClose } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { directAnswers, drawClip, later, openService, tinyCheckpoint } from './service-for-tests.ts';

const one = tinyCheckpoint(1);
const clips = Array.from({ length: 4 }, (_, i) => drawClip(i, 8, 5));
const [expected] = await directAnswers([one], clips);
const { service, contexts } = await openService(new Map([['a/1', one]]));
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error) => error,
  );

test('turns are taken one after another, between batches, and answers stay right', async () => {
  let inside = 0;
  let turns = 0;
  const turn = () =>
    service.withDevice(async (context) => {
      assert.is(context, contexts[0]);
      assert.is(++inside, 1);
      await wait(5);
      inside--;
      return turns++;
    });
  const ask = async (i: number) => {
    const request = { model: 'a', clips: [clips[i % 4]], features: false, deadline: later() };
    const { outputs } = await service.infer(request);
    assertClose(outputs[0], expected[i % 4], { rtol: 1e-5, atol: 1e-5 }, `clip ${i % 4}`);
  };
  const taken = await Promise.all([
    ...Array.from({ length: 8 }, turn),
    ...Array.from({ length: 16 }, (_, i) => ask(i)),
  ]);
  assert.equal(taken.slice(0, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('an inference does not wait for all turns that came before it', async () => {
  let done = 0;
  const turns = Array.from({ length: 20 }, () => service.withDevice(async () => wait(20).then(() => done++)));
  await service.infer({ model: 'a', clips: [clips[0]], features: false, deadline: later() });
  assert.ok(done < 10, `${done} of 20 turns came first`);
  await Promise.all(turns);
});

test('what work throws is thrown, and who leaves the queue is not begun', async () => {
  assert.is((await failure(service.withDevice(() => Promise.reject(new RangeError('mine'))))).message, 'mine');
  const controller = new AbortController();
  let begun = false;
  const first = service.withDevice(() => wait(20));
  const second = failure(
    service.withDevice(async () => {
      begun = true;
    }, controller.signal),
  );
  controller.abort(new Error('left'));
  assert.is((await second).message, 'left');
  await first;
  await wait(5);
  assert.is(begun, false);
});

test('a device that is lost is a 503, and the next turn has another', async () => {
  const lost = await failure(
    service.withDevice(async (context: GpuContext) => {
      context.destroy();
      await wait(1000);
    }),
  );
  assert.instance(lost, Refusal, `${lost}`);
  assert.is(lost.status, 503);
  while (service.state !== 'ready') await wait(10);
  assert.is(await service.withDevice(async (context) => context !== contexts[0]), true);
});

test('a service that drains gives no more turns', async () => {
  await service.destroy();
  const refused = await failure(service.withDevice(async () => {}));
  assert.is(refused.status, 503);
  assert.ok(refused.retryAfter >= 1);
});

test.run();
