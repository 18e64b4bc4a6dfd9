import { connect } from 'node:net';
import process from 'node:process';
import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawClip } from '../apps/worker/src/serving/service-for-tests.ts';
import { drawMalformed, type Malformed } from './malformed-requests.ts';
import { checkAnswer, createClient, inferBody, openDirect } from './worker-client.ts';
import { startWorker, type WorkerProcess, type WorkerRuntime } from './worker-process.ts';

// By hand: MALFORMED=100000 node tools/test.mjs --filter tests/worker-malformed

/** So many each time; a right request after it. */
const ROUND = 1000;
const REQUESTS = { node: Number(process.env.MALFORMED ?? 3000), deno: Number(process.env.MALFORMED ?? 2000) };
const AT_ONCE = 16;
/** The server's own limits, and then some for a machine that is busy. */
const PATIENCE_MS = 40_000;
const MIB = 2 ** 20;
/** Bytes of growth that a heap may show by chance. */
const LEVEL = 128 * MIB;

const clip = drawClip(1, 16, 8);
const direct = await openDirect();
const [expected] = await direct.answers([clip]);
await direct.close();

/** All that the server says until the connection is closed, by whomever. */
function send(worker: WorkerProcess, { bytes, then, kind }: Malformed): Promise<string> {
  const { hostname, port } = new URL(worker.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let said = '';
    let timer: ReturnType<typeof setInterval> | undefined;
    const late = setTimeout(() => {
      reject(
        new Error(
          `${kind}: no end in ${PATIENCE_MS} ms after ${JSON.stringify(bytes.toString('latin1').slice(0, 500))}: ${said}`,
        ),
      );
      socket.destroy();
    }, PATIENCE_MS);
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
      // Told to close, a client does; Node's server does not wait for that, Deno's does.
      if (then === 'trickle' && /\r\nconnection: close\r\n/i.test(said)) socket.destroy();
    });
    // The server hung up while this side still had something to say.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(late);
      clearInterval(timer);
      resolve(said);
    });
    socket.write(bytes, () => {
      if (then === 'end') socket.end();
      if (then === 'hang up') socket.resetAndDestroy();
      if (then === 'trickle') timer = setInterval(() => socket.write(' '), 100);
    });
  });
}

/** The statuses of what a server said; throws for one that is a failure of its own. */
function statusesOf(said: string, { kind, bytes }: Malformed): number[] {
  const statuses = [...said.matchAll(/(?<=^|\n|\}|\0)HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
  const isOurs = statuses.some((status) => status >= 500 && status !== 503);
  assert.not(
    isOurs,
    `${kind}: ${said.slice(0, 2000)} after ${JSON.stringify(bytes.toString('latin1').slice(0, 2000))}`,
  );
  return statuses;
}

for (const runtime of ['node', 'deno'] as const satisfies WorkerRuntime[]) {
  test(`${REQUESTS[runtime]} malformed requests on ${runtime}: no crash, no failure but 503, memory level`, async () => {
    const worker = await startWorker(
      {
        MOVT_BODY_TIMEOUT_MS: '500',
        MOVT_MAX_BODY_BYTES: `${4 * MIB}`,
        MOVT_MAX_VIDEO_BYTES: `${4 * MIB}`,
      },
      runtime,
    );
    const client = createClient(worker.url);
    const random = createRandom(6);
    const counts = new Map<number | 'none', number>();
    const resident: number[] = [];
    for (let done = 0; done < REQUESTS[runtime]; ) {
      let left = Math.min(ROUND, REQUESTS[runtime] - done);
      done += left;
      const caller = async () => {
        while (left-- > 0) {
          const request = drawMalformed(random);
          const statuses = statusesOf(await send(worker, request), request);
          for (const status of statuses.length ? statuses : (['none'] as const))
            counts.set(status, (counts.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
      assert.ok(checkAnswer(await client.ask(inferBody(clip)), expected, `after ${done}`), `refused after ${done}`);
      if (process.env.MALFORMED) console.log(`${runtime}: ${done}`);
      resident.push(await worker.metric('process_resident_memory_bytes'));
    }
    client.close();
    const warm = resident[Math.floor((resident.length - 1) / 4)];
    const end = resident.at(-1)!;
    const every = Math.ceil(resident.length / 10);
    const shown = resident.filter((_, i) => i % every === every - 1).map((bytes) => (bytes / MIB).toFixed(0));
    const statuses = [...counts].sort(([a], [b]) => `${a}`.localeCompare(`${b}`));
    console.log(
      `${runtime}, ${REQUESTS[runtime]} requests: ${statuses.map(([status, count]) => `${status} ${count}×`).join(', ')}; ` +
        `resident ${shown.join(' ')} MiB`,
    );
    worker.signal('SIGTERM');
    assert.is(await worker.exit, 0);
    assert.equal(
      worker.lines.filter(({ level }) => level === 'error'),
      [],
    );
    for (const status of [200, 400, 404, 408, 413]) assert.ok(counts.get(status)! > 0, `none of ${status}`);
    assert.ok(end < warm + LEVEL, `${((end - warm) / MIB).toFixed(0)} MiB more than when it was warm`);
  });
}

test.run();
