import { badInput } from '@movt/kernels';
import type { Checkpoint } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { directAnswers, drawClip, later, openService, tinyCheckpoint } from './service-for-tests.ts';

const checkpoints = [tinyCheckpoint(1), tinyCheckpoint(2), tinyCheckpoint(3)];
const clip = drawClip(1, 8, 6);
const expected = (await directAnswers(checkpoints, [clip])).map(([output]) => output);

/** Which of the checkpoints an answer is of. */
function answerOf(output: Float32Array): number {
  const found = expected.findIndex((right) => right.every((value, i) => Math.abs(value - output[i]) < 1e-4));
  assert.ok(found >= 0, 'an answer of no model that there ever was');
  return found;
}

const statusOf = async (promise: Promise<unknown>): Promise<[number, string]> => {
  const error = await promise.then(
    () => new Error('nothing was refused'),
    (reason) => reason,
  );
  if (!(error instanceof Refusal)) throw error;
  return [error.status, error.message];
};

test('reloads under load: every request is answered, by the old weights or the new, and never by old ones after a load is over', async () => {
  const held = new Map<string, Checkpoint | Error>([['m/1', checkpoints[0]]]);
  const { service, contexts } = await openService(held);
  let oldest = 0;
  let isOver = false;
  const counts = [0, 0, 0];
  const call = async () => {
    while (!isOver) {
      const atLeast = oldest;
      const { outputs } = await service.infer({ model: 'm', clips: [clip], features: false, deadline: later() });
      const answer = answerOf(outputs[0]);
      assert.ok(answer >= atLeast, `weights ${answer} after ${atLeast} were loaded`);
      counts[answer]++;
    }
  };
  const ended = Promise.all(Array.from({ length: 24 }, call));
  const answers = async (some: number) => {
    const before = counts.reduce((a, b) => a + b);
    while (counts.reduce((a, b) => a + b) < before + some) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await answers(40);
  for (const next of [1, 2]) {
    held.set('m/1', checkpoints[next]);
    await service.load('m');
    oldest = next;
    await answers(40);
  }
  isOver = true;
  await ended;
  assert.ok(
    counts.every((count) => count >= 24),
    counts.join(', '),
  );
  const [{ success, fail, inferenceCount }] = service.statistics();
  assert.equal([fail.count, inferenceCount], [0, success.count], 'none was lost, and counting went on');
  const bytes = service.gpuBytes();
  for (let i = 0; i < 3; i++) await service.load('m');
  await service.infer({ model: 'm', clips: [clip], features: false, deadline: later() });
  assert.ok(service.gpuBytes() <= bytes, 'what was replaced is freed');
  await service.destroy();
  assert.is(contexts[0].liveBytes, 0);
});

test('versions and models come and go with the repository', async () => {
  const broken = badInput({ action: 'reading m/2', given: 'half a file', needed: 'all of it' });
  const held = new Map<string, Checkpoint | Error>([['m/1', checkpoints[0]]]);
  const { service } = await openService(held);
  const ask = async (version?: string) => {
    const request = { model: 'm', clips: [clip], features: false, deadline: later() };
    const answer = await service.infer(version === undefined ? request : { ...request, version });
    return [answer.version, answerOf(answer.outputs[0])];
  };
  const index = () => service.models().map(({ name, version, state }) => `${name}/${version} ${state}`);

  held.set('m/2', broken);
  assert.equal(await statusOf(service.load('m')), [400, `loading m: ${broken.message}`]);
  assert.equal(index(), ['m/1 READY', 'm/2 UNAVAILABLE']);
  assert.equal(await ask(), ['1', 0]);
  assert.is((await statusOf(ask('2')))[0], 404);

  held.set('m/2', checkpoints[1]).set('m/10', checkpoints[2]).set('other/1', checkpoints[0]);
  await service.load('m');
  assert.equal(index(), ['m/1 READY', 'm/2 READY', 'm/10 READY']);
  assert.equal(
    [await ask(), await ask('2')],
    [
      ['10', 2],
      ['2', 1],
    ],
  );

  held.delete('m/10');
  held.set('m/2', broken);
  await service.reload();
  assert.equal(index(), ['m/1 READY', 'm/2 READY', 'other/1 READY']);
  assert.equal(await ask(), ['2', 1], 'what cannot be read stays as it was');
  assert.is((await statusOf(ask('10')))[0], 404);

  const accepted = Promise.all([ask(), ask('1')]);
  await service.unload('m');
  assert.equal(
    await accepted,
    [
      ['2', 1],
      ['1', 0],
    ],
    'accepted before',
  );
  assert.equal(index(), ['m/1 UNAVAILABLE', 'm/2 UNAVAILABLE', 'other/1 READY']);
  const [status, message] = await statusOf(ask());
  assert.is(status, 404);
  assert.match(message, /which is UNAVAILABLE \(unloaded\).* POST \/v2\/repository\/models\/m\/load loads it\.$/);
  assert.is((await statusOf(service.unload('none')))[0], 404);
  held.delete('m/1');
  held.delete('m/2');
  assert.is((await statusOf(service.load('m')))[0], 404);
  await service.reload();
  assert.equal(index(), ['other/1 READY']);
  await service.destroy();
});

test.run();
