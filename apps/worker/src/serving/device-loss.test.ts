import { assertClose } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import type { Service } from '../service.ts';
import {
  directAnswers,
  drawClip,
  later,
  memoryRepository,
  openContext,
  openService,
  tinyCheckpoint,
} from './service-for-tests.ts';

const TOLERANCE = { rtol: 1e-5, atol: 1e-5 };
const one = tinyCheckpoint(1);
const two = tinyCheckpoint(2);
const clips = Array.from({ length: 6 }, (_, i) => drawClip(i, 8, [5, 8][i % 2]));
const expected = await directAnswers([one, two], clips);

const until = async (what: () => boolean) => {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Asks again and again until it is told to stop; every answer has to be right, and every refusal one that says when to come back. */
function callers(service: Service, count: number) {
  const seen = { answered: 0, refused: 0 };
  let isOver = false;
  const call = async (caller: number) => {
    for (let i = caller; !isOver; i++) {
      const model = i % 2;
      const clip = i % clips.length;
      try {
        const { outputs } = await service.infer({
          model: ['a', 'b'][model],
          clips: [clips[clip]],
          features: false,
          deadline: later(),
        });
        assertClose(outputs[0], expected[model][clip], TOLERANCE, `clip ${clip} of model ${model}`);
        seen.answered++;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        assert.is(error.status, 503, error.message);
        assert.ok(error.retryAfter! >= 1, 'says when to come back');
        seen.refused++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const ended = Promise.all(Array.from({ length: count }, (_, caller) => call(caller)));
  return {
    seen,
    stop: () => {
      isOver = true;
      return ended;
    },
  };
}

test('a device destroyed under load: every request gets a right answer or a 503, and all models come back', async () => {
  const { service, contexts, lines } = await openService(
    new Map([
      ['a/1', one],
      ['b/1', two],
    ]),
  );
  const load = callers(service, 24);
  for (const round of [1, 2]) {
    const before = load.seen.answered;
    await until(() => load.seen.answered > before + 30);
    const refusedBefore = load.seen.refused;
    contexts.at(-1)!.device.destroy();
    await until(() => service.state === 'recovering');
    assert.not(service.models().some(({ state }) => state === 'READY'));
    await until(() => service.state === 'ready');
    assert.ok(load.seen.refused >= refusedBefore + 24, 'whoever waited was told');
    assert.is(contexts.length, round + 1);
    assert.equal(
      service.models().map(({ state, reason }) => [state, reason]),
      [
        ['READY', ''],
        ['READY', ''],
      ],
    );
  }
  const before = load.seen.answered;
  await until(() => load.seen.answered > before + 30);
  await load.stop();
  assert.equal(
    lines.map((line) => (line as { event: string }).event),
    ['model ready', 'model ready', 'device lost', 'device back', 'device lost', 'device back'],
  );
  assert.equal(
    contexts.slice(0, 2).map(({ liveBytes }) => liveBytes),
    [0, 0],
  );
  await service.destroy();
  assert.is(contexts[2].liveBytes, 0);
});

test('a device lost while it idles, and one that does not come at once', async () => {
  let opened = 0;
  const contexts: Awaited<ReturnType<typeof openContext>>[] = [];
  const { service, lines } = await openService(new Map([['a/1', one]]), {
    async gpu() {
      if (++opened === 2) throw new Error('no adapter just now');
      contexts.push(await openContext());
      return contexts.at(-1)!;
    },
  });
  contexts[0].device.destroy();
  await until(() => service.state === 'recovering');
  await until(() => service.state === 'ready');
  assert.is(opened, 3);
  assert.ok(lines.some((line) => (line as { error?: string }).error === 'no adapter just now'));
  const { outputs } = await service.infer({ model: 'a', clips: [clips[0]], features: false, deadline: later() });
  assertClose(outputs[0], expected[0][0], TOLERANCE, 'on the new device');
  await service.destroy();
  assert.is(opened, 3, 'the end of a service is no loss');
});

test('a device lost while a model is loaded anew: the load is refused, and what was there comes back', async () => {
  const held = new Map([['a/1', one]]);
  const memory = memoryRepository(held);
  let lose = () => {};
  const { service, contexts } = await openService({
    list: memory.list,
    async read(name, version) {
      const checkpoint = await memory.read(name, version);
      lose();
      return checkpoint;
    },
  });
  held.set('a/1', two);
  lose = () => contexts[0].device.destroy();
  const error = await service.load('a').catch((reason) => reason);
  lose = () => {};
  assert.ok(error instanceof Refusal && error.status === 503 && error.retryAfter! >= 1, String(error));
  await until(() => service.state === 'ready');
  const ask = () => service.infer({ model: 'a', clips: [clips[0]], features: false, deadline: later() });
  assertClose((await ask()).outputs[0], expected[0][0], TOLERANCE, 'the model that was loaded before');
  await service.load('a');
  assertClose((await ask()).outputs[0], expected[1][0], TOLERANCE, 'loaded at the second attempt');
  await service.destroy();
});

test.run();
