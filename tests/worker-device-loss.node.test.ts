import process from 'node:process';
import type { GpuContext } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfig } from '../apps/worker/src/config.ts';
import { assemble } from '../apps/worker/src/serve/assemble.ts';
import { listenNode } from '../apps/worker/src/serve/listen-node.ts';
import { runWorker } from '../apps/worker/src/serve/run-worker.ts';
import { createService } from '../apps/worker/src/serving/create-service.ts';
import { shippedRepository } from '../apps/worker/src/serving/folder-repository.ts';
import { drawClip } from '../apps/worker/src/serving/service-for-tests.ts';
import { checkAnswer, createClient, inferBody, openContext, openDirect } from './worker-client.ts';
import type { Line } from './worker-process.ts';

// A device is lost from within: so the worker runs in this process, all of it, and is asked through its socket.

const CALLERS = 32;
const LOSSES = 2;
/** Answers between what happens. */
const ANSWERS = 60;

const clips = Array.from({ length: 16 }, (_, i) => drawClip(i, 32, 40 + (i % 8)));
const direct = await openDirect();
const expected = await direct.answers(clips);
await direct.close();

const config = parseConfig({ MOVT_PORT: '0', MOVT_MAX_BATCH: '16' });
const lines: Line[] = [];
const contexts: GpuContext[] = [];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what: () => unknown): Promise<void> {
  while (!what()) await pause(5);
}
const logged = (event: string) => lines.filter((line) => line.event === event);

test('a device destroyed under load: every request gets a right answer or a 503, readiness follows, and the end is in order', async () => {
  const log = (line: object) => lines.push(line as Line);
  const { makeApp } = await assemble(config, log);
  const ended = runWorker({
    config,
    log,
    listen: listenNode,
    version: 'test',
    makeApp,
    makeService: () =>
      createService({
        repository: shippedRepository(),
        async gpu() {
          contexts.push(await openContext());
          return contexts.at(-1)!;
        },
        limits: config.limits,
        batching: config.batching,
        log,
      }),
  });
  await until(() => logged('started').length);
  const url = logged('listening')[0].url as string;
  const isReady = async () => (await fetch(`${url}/v2/health/ready`)).status === 200;

  const client = createClient(url);
  const bodies = clips.map((clip) => inferBody(clip));
  const seen = { answered: 0, refused: 0 };
  let isOver = false;
  const call = async (caller: number) => {
    for (let i = caller; !isOver; i++) {
      const clip = i % clips.length;
      const got = await client.ask(bodies[clip]);
      if (checkAnswer(got, expected[clip], `clip ${clip}`)) seen.answered++;
      else {
        seen.refused++;
        await pause(20);
      }
    }
  };
  const callers = Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)));

  const load = async () => {
    for (let loss = 0; loss < LOSSES; loss++) {
      const { answered, refused } = seen;
      await until(() => seen.answered >= answered + ANSWERS);
      contexts.at(-1)!.device.destroy();
      await until(() => seen.refused >= refused + CALLERS / 2);
      await until(() => logged('device back').length === loss + 1);
      assert.ok(await isReady());
    }
    const { answered } = seen;
    await until(() => seen.answered >= answered + ANSWERS);
    isOver = true;
    await callers;
  };
  await Promise.race([load(), callers.then(() => {})]);
  client.close();
  console.log(`${LOSSES} losses: ${seen.answered} right answers, ${seen.refused} refused with 503`);
  assert.is(contexts.length, LOSSES + 1);

  process.kill(process.pid, 'SIGTERM');
  assert.ok(await ended, 'nothing was cut');
  assert.equal(
    contexts.map(({ liveBytes }) => liveBytes),
    new Array(LOSSES + 1).fill(0),
  );
  assert.equal(
    lines.filter(({ level }) => level === 'error').map(({ event }) => event),
    [],
  );
});

test.run();
