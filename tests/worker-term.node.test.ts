import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawClip } from '../apps/worker/src/serving/service-for-tests.ts';
import { checkAnswer, createClient, type Got, inferBody, openDirect } from './worker-client.ts';
import { startWorker, type WorkerRuntime } from './worker-process.ts';

const CALLERS = 48;
/** Answers before the signal. */
const BEFORE = 150;

const clips = Array.from({ length: 16 }, (_, i) => drawClip(i, 32, 40 + (i % 8)));
const direct = await openDirect();
const expected = await direct.answers(clips);
await direct.close();

/** What came of a request, by its id: an answer, or the error of a connection that broke. */
type Outcomes = Map<string, { clip: number; got: Got | NodeJS.ErrnoException }>;

/** Callers that ask again as soon as they are answered, until nobody listens any more. */
async function callUntilGone(url: string, onAnswer: (count: number) => void): Promise<Outcomes> {
  const client = createClient(url);
  const bodies = clips.map((clip) => inferBody(clip));
  const outcomes: Outcomes = new Map();
  let answered = 0;
  const call = async (caller: number) => {
    for (let i = 0; ; i++) {
      const id = `caller-${caller}-${i}`;
      const clip = (caller + i) % clips.length;
      const got = await client.ask(bodies[clip], { 'x-request-id': id }).catch((error) => error);
      outcomes.set(id, { clip, got });
      if (got.code === 'ECONNREFUSED') return;
      if (got.status === 200) onAnswer(++answered);
      else await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
  client.close();
  return outcomes;
}

for (const runtime of ['node', 'deno'] as const satisfies WorkerRuntime[]) {
  test(`SIGTERM under load on ${runtime}: every accepted request is answered, and the log says what the clients saw`, async () => {
    const worker = await startWorker({ MOVT_MAX_BATCH: '16' }, runtime);
    const outcomes = await callUntilGone(worker.url, (count) => {
      if (count === BEFORE) worker.signal('SIGTERM');
    });
    assert.is(await worker.exit, 0);
    assert.is(worker.lines.at(-1)!.event, 'stopped');
    const { inFlight } = await worker.event('draining');

    const logged = new Map(worker.lines.filter(({ event }) => event === 'request').map((line) => [line.id, line]));
    const counts = { answered: 0, refused: 0, unreached: 0 };
    for (const [id, { clip, got }] of outcomes) {
      const line = logged.get(id);
      if (got instanceof Error) {
        // Its connection was closed before the server had read it, or there was none any more.
        assert.is(line, undefined, `${id} reached the server, and its client got ${got.message}`);
        counts.unreached++;
      } else {
        assert.is(line?.status, got.status, id);
        counts[checkAnswer(got, expected[clip], id) ? 'answered' : 'refused']++;
      }
    }
    for (const id of logged.keys()) assert.ok(outcomes.has(id as string), `${id} is of a client`);
    console.log(`${runtime}: in flight at SIGTERM ${inFlight}; ${JSON.stringify(counts)}`);
    assert.ok((inFlight as number) >= CALLERS / 4, 'there was load');
    assert.ok(counts.answered >= BEFORE + (inFlight as number), 'what was in flight was answered');
  });
}

test.run();
