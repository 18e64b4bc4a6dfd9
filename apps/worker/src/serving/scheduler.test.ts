import { setImmediate } from 'node:timers/promises';
import { createRandom, type Random } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import type { Clock } from './clock.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';

/** A clock whose time passes only when it is told to, and whatever was to happen in between happens in its order. */
function simulatedClock(): Clock & { runUntilQuiet(): Promise<void> } {
  let now = 0;
  let alarms: { at: number; wake: () => void }[] = [];
  /** All that promises have to do before time goes on. */
  const settled = () => setImmediate();
  return {
    now: () => now,
    after(ms, wake) {
      const alarm = { at: now + ms, wake };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    async runUntilQuiet() {
      for (await settled(); alarms.length > 0; await settled()) {
        const first = alarms.reduce((a, b) => (b.at < a.at ? b : a));
        alarms = alarms.filter((other) => other !== first);
        now = Math.max(now, first.at);
        first.wake();
      }
    },
  };
}

interface Value {
  readonly id: number;
  readonly bucket: string;
  readonly capacity: number;
  /** A batch with it throws. */
  readonly poison: boolean;
}

/** A device that keeps account of what it was given. */
function simulatedDevice(clock: Clock, msOf: (queue: string, count: number) => number) {
  const log: { queue: string; at: number; ms: number; values: readonly Value[] }[] = [];
  let atWork = 0;
  return {
    log,
    async execute(queue: string, values: readonly Value[]): Promise<number[]> {
      assert.is(++atWork, 1, 'one batch at a time');
      const ms = msOf(queue, values.length);
      log.push({ queue, at: clock.now(), ms, values });
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      atWork--;
      if (values.some(({ poison }) => poison))
        throw new Error(`poisoned by ${values.find(({ poison }) => poison)?.id}`);
      return values.map(({ id }) => id);
    },
  };
}

interface Asked {
  readonly queue: string;
  readonly values: readonly Value[];
  readonly at: number;
  readonly deadline: number;
  readonly abortAt: number | null;
  outcome: {
    kind: 'answered' | 'refused' | 'failed' | 'aborted';
    at: number;
    results: readonly number[];
    error: unknown;
  }[];
}

function drawLoad(random: Random, jobs: number, faults: boolean): Asked[] {
  let id = 0;
  let at = 0;
  return Array.from({ length: jobs }, () => {
    at += random.integer(0, 9) === 0 ? random.integer(0, 60) : random.integer(0, 3);
    const values = Array.from({ length: random.integer(1, random.integer(0, 5) === 0 ? 20 : 3) }, () => {
      const kind = random.integer(0, 2);
      return {
        id: id++,
        bucket: `bucket ${kind}`,
        capacity: [4, 8, 1][kind],
        poison: faults && random.integer(0, 60) === 0,
      };
    });
    const abortAt = faults && random.integer(0, 8) === 0 ? at + random.integer(0, 40) : null;
    return {
      queue: `model ${random.integer(0, 2)}`,
      values,
      at,
      deadline: at + random.integer(1, 150),
      abortAt,
      outcome: [],
    };
  });
}

/** Submits each job at its time and notes how it ended. */
async function play(clock: ReturnType<typeof simulatedClock>, scheduler: Scheduler<Value, number>, asked: Asked[]) {
  for (const job of asked) {
    clock.after(job.at, () => {
      const stop = new AbortController();
      if (job.abortAt !== null) clock.after(job.abortAt - job.at, () => stop.abort(new Error('left')));
      const items = job.values.map((value) => ({ bucket: value.bucket, capacity: value.capacity, value }));
      const note = (kind: Asked['outcome'][0]['kind'], results: readonly number[], error: unknown) =>
        job.outcome.push({ kind, at: clock.now(), results, error });
      scheduler.submit({ queue: job.queue, items, deadline: job.deadline, signal: stop.signal }).then(
        ({ results }) => note('answered', results, null),
        (error) =>
          note(
            error instanceof Refusal
              ? 'refused'
              : stop.signal.aborted && error === stop.signal.reason
                ? 'aborted'
                : 'failed',
            [],
            error,
          ),
      );
    });
  }
  await clock.runUntilQuiet();
}

test('drawn loads: every job ends once and rightly, and no rule is broken on the way', async () => {
  let refusals = 0;
  for (let seed = 1; seed <= 25; seed++) {
    const random = createRandom(seed);
    const clock = simulatedClock();
    const maxQueue = random.integer(20, 40);
    const maxDelayMs = random.integer(0, 5);
    const device = simulatedDevice(clock, (queue, count) => 2 + count * (queue === 'model 0' ? 0.5 : 2));
    const scheduler = createScheduler({ clock, maxDelayMs, maxQueue, execute: device.execute });
    const asked = drawLoad(random, 150, true);
    await play(clock, scheduler, asked);
    const runs = new Map<number, { at: number; count: number }[]>();
    for (const { at, queue, values } of device.log) {
      assert.is(new Set(values.map(({ bucket }) => bucket)).size, 1, 'one bucket a batch');
      assert.ok(values.length <= values[0].capacity, 'no more than fit');
      for (const { id } of values) {
        runs.set(id, [...(runs.get(id) ?? []), { at, count: values.length }]);
        assert.is(asked.find((job) => job.values.some((value) => value.id === id))?.queue, queue);
      }
    }
    for (const job of asked) {
      assert.is(job.outcome.length, 1, 'every job ends, once');
      const [{ kind, at, results, error }] = job.outcome;
      const began = job.values.flatMap(({ id }) => runs.get(id)?.map((run) => run.at) ?? []);
      if (kind === 'answered') {
        assert.equal(
          results,
          job.values.map(({ id }) => id),
          'its own results, in its order',
        );
        assert.ok(Math.min(...began) <= job.deadline, 'begun before its deadline');
        assert.not(job.values.some(({ poison }) => poison));
      } else if (kind === 'refused') {
        refusals++;
        const refusal = error as Refusal;
        assert.is(refusal.status, 503);
        assert.ok(
          Number.isInteger(refusal.retryAfter) && refusal.retryAfter! >= 1,
          `Retry-After ${refusal.retryAfter}`,
        );
        assert.is(began.length, 0, 'refused before any work');
        assert.ok(at <= job.deadline + 2, 'and no later than its deadline');
      } else if (kind === 'failed') {
        assert.ok(
          job.values.some(({ id, poison }) => poison && `poisoned by ${id}` === (error as Error).message),
          'its own fault',
        );
      } else {
        assert.is(at, job.abortAt);
        assert.ok(
          began.every((when) => when <= at),
          'nothing of it begins after it left',
        );
      }
    }
  }
  assert.ok(refusals > 100, `${refusals} refusals: the loads are heavy enough to mean something`);
});

test('while the device is idle nobody waits longer than the delay; a full bucket does not wait', async () => {
  const clock = simulatedClock();
  const device = simulatedDevice(clock, () => 1);
  const scheduler = createScheduler({ clock, maxDelayMs: 5, maxQueue: 100, execute: device.execute });
  const value = (id: number): Value => ({ id, bucket: 'a', capacity: 4, poison: false });
  const job = (at: number, ids: number[]): Asked => ({
    queue: 'm',
    values: ids.map(value),
    at,
    deadline: 1000,
    abortAt: null,
    outcome: [],
  });
  await play(clock, scheduler, [job(0, [0]), job(3, [1]), job(20, [2, 3]), job(21, [4, 5]), job(40, [6, 7, 8, 9, 10])]);
  assert.equal(
    device.log.map(({ at, values }) => [at, values.map(({ id }) => id)]),
    [
      [5, [0, 1]],
      [21, [2, 3, 4, 5]],
      [40, [6, 7, 8, 9]],
      [45, [10]],
    ],
  );
});

test('a short deadline is not spent waiting for company', async () => {
  const clock = simulatedClock();
  const device = simulatedDevice(clock, () => 1);
  const scheduler = createScheduler({ clock, maxDelayMs: 50, maxQueue: 100, execute: device.execute });
  const values = [{ id: 0, bucket: 'a', capacity: 4, poison: false }];
  const job: Asked = { queue: 'm', values, at: 0, deadline: 10, abortAt: null, outcome: [] };
  await play(clock, scheduler, [job]);
  assert.is(job.outcome[0].kind, 'answered');
  assert.is(device.log[0].at, 5);
});

/** Callers that ask again as soon as they are answered, until a time. */
async function saturate(
  callers: Record<string, number>,
  msOf: (queue: string, count: number) => number,
  until: number,
) {
  const clock = simulatedClock();
  const device = simulatedDevice(clock, msOf);
  const scheduler = createScheduler({ clock, maxDelayMs: 2, maxQueue: 1000, execute: device.execute });
  let id = 0;
  const call = async (queue: string) => {
    while (clock.now() < until) {
      const value = { id: id++, bucket: 'a', capacity: 8, poison: false };
      await scheduler.submit({ queue, items: [{ bucket: 'a', capacity: 8, value }], deadline: Infinity });
    }
  };
  const done = Object.entries(callers).flatMap(([queue, count]) => Array.from({ length: count }, () => call(queue)));
  await clock.runUntilQuiet();
  await Promise.all(done);
  return device.log;
}

test('models share the device by time: many callers of one, and dear batches of another, take nothing from a third', async () => {
  const log = await saturate({ busy: 64, dear: 16, modest: 16 }, (queue) => (queue === 'dear' ? 50 : 10), 20_000);
  const share = (queue: string) => {
    const ms = (some: typeof log) => some.reduce((sum, run) => sum + run.ms, 0);
    return ms(log.filter((run) => run.queue === queue)) / ms(log);
  };
  for (const queue of ['busy', 'dear', 'modest']) {
    assert.ok(Math.abs(share(queue) - 1 / 3) < 0.02, `${queue} had ${(100 * share(queue)).toFixed(1)} % of the device`);
  }
});

test('batches that cost the same take turns, and all are full', async () => {
  const log = await saturate({ a: 40, b: 24 }, () => 10, 5_000);
  const body = log.filter(({ at }) => at < 5_000).slice(2);
  for (const [i, { queue, values }] of body.entries()) {
    assert.is(values.length, 8);
    if (i > 0) assert.is.not(queue, body[i - 1].queue);
  }
});

test('a queue that was idle has nothing to catch up', async () => {
  const clock = simulatedClock();
  const device = simulatedDevice(clock, () => 10);
  const scheduler = createScheduler({ clock, maxDelayMs: 0, maxQueue: 1000, execute: device.execute });
  const value = (id: number): Value => ({ id, bucket: 'a', capacity: 1, poison: false });
  const jobs = (queue: string, at: number, count: number): Asked[] =>
    Array.from({ length: count }, (_, i) => ({
      queue,
      values: [value(at + i)],
      at,
      deadline: Infinity,
      abortAt: null,
      outcome: [],
    }));
  await play(clock, scheduler, [...jobs('late', 0, 1), ...jobs('steady', 1, 100), ...jobs('late', 600, 20)]);
  const both = device.log.filter(({ at }) => at >= 600).slice(0, 20);
  const late = both.filter(({ queue }) => queue === 'late').length;
  assert.ok(late === 10 || late === 11, `${late} of the first 20 turns`);
});

test('a full queue and a deadline out of reach are refused at once, with a time to come back that comes true', async () => {
  const clock = simulatedClock();
  const device = simulatedDevice(clock, (_, count) => 100 * count);
  const scheduler = createScheduler({ clock, maxDelayMs: 0, maxQueue: 40, execute: device.execute });
  const value = (id: number): Value => ({ id, bucket: 'a', capacity: 4, poison: false });
  const job = (at: number, count: number, deadline = Infinity): Asked => ({
    queue: 'm',
    values: Array.from({ length: count }, (_, i) => value(at * 100 + i)),
    at,
    deadline,
    abortAt: null,
    outcome: [],
  });
  const full = job(1100, 5);
  const tooLate = job(1101, 1, 3000);
  await play(clock, scheduler, [job(0, 4), job(500, 4), job(1000, 40), full, tooLate, job(1102, 4)]);
  const outcome = ({ outcome: [{ kind, at, error }] }: Asked) => ({
    kind,
    at,
    retryAfter: (error as Refusal).retryAfter,
  });
  assert.equal(outcome(full), { kind: 'refused', at: 1100, retryAfter: 4 });
  assert.equal(outcome(tooLate), { kind: 'refused', at: 1101, retryAfter: 4 });
  assert.match(
    (full.outcome[0].error as Refusal).message,
    /^queueing 5 clip\(s\): got 36 waiting, need at most 40 in all\.$/,
  );
});

test('a first batch that compiles for long has nobody refused after it', async () => {
  const clock = simulatedClock();
  let batches = 0;
  const device = simulatedDevice(clock, (_, count) => (batches++ === 0 ? 2000 : count));
  const scheduler = createScheduler({ clock, maxDelayMs: 0, maxQueue: 100, execute: device.execute });
  const asked = Array.from({ length: 60 }, (_, i): Asked => {
    const values = [{ id: i, bucket: 'a', capacity: 8, poison: false }];
    const at = i === 0 ? 0 : 1900 + 5 * i;
    return { queue: 'm', values, at, deadline: at + 500, abortAt: null, outcome: [] };
  });
  await play(clock, scheduler, asked);
  for (const { outcome, at } of asked) assert.is(outcome[0].kind, 'answered', `asked at ${at}`);
});

test('under twice what a device can do, 99 % of those who are accepted are answered in time, and of those who are not told at once', async () => {
  const random = createRandom(7);
  const clock = simulatedClock();
  const device = simulatedDevice(clock, (_, count) => ((10 + 3 * count) * random.integer(80, 120)) / 100);
  const scheduler = createScheduler({ clock, maxDelayMs: 2, maxQueue: 1000, execute: device.execute });
  const asked = Array.from({ length: 4000 }, (_, i): Asked => {
    const values = [{ id: i, bucket: 'a', capacity: 32, poison: false }];
    const at = 1.7 * i;
    return { queue: 'm', values, at, deadline: at + 700, abortAt: null, outcome: [] };
  });
  await play(clock, scheduler, asked);
  const ends = asked.map(({ outcome: [{ kind, at }], at: asked }) => ({ kind, ms: at - asked }));
  const answered = ends.filter(({ kind }) => kind === 'answered');
  const refused = ends.filter(({ kind }) => kind === 'refused');
  assert.is(answered.length + refused.length, asked.length);
  assert.ok(refused.length > 1500, `${refused.length} were refused`);
  assert.ok(answered.length > 1700, `${answered.length} were answered`);
  const share = (of: typeof ends, slow: number) => of.filter(({ ms }) => ms > slow).length / of.length;
  assert.ok(share(answered, 700) < 0.01, `${100 * share(answered, 700)} % were answered after their deadline`);
  assert.ok(share(refused, 0) < 0.01, `${100 * share(refused, 0)} % were refused after a wait`);
});

test('refuseAll ends what waits and what runs, and the next job finds a free device', async () => {
  const clock = simulatedClock();
  let stuck = true;
  const scheduler = createScheduler<number, number>({
    clock,
    maxDelayMs: 0,
    maxQueue: 10,
    execute: (_, values) => (stuck ? new Promise(() => {}) : Promise.resolve([...values])),
  });
  const submit = (value: number) =>
    scheduler.submit({ queue: 'm', items: [{ bucket: 'a', capacity: 1, value }], deadline: Infinity });
  const ended = Promise.allSettled([submit(1), submit(2)]);
  await clock.runUntilQuiet();
  assert.is(scheduler.pending('m'), 1);
  scheduler.refuseAll(() => new Refusal(503, 'lost', 2));
  assert.equal(
    (await ended).map((result) => result.status === 'rejected' && result.reason.message),
    ['lost', 'lost'],
  );
  stuck = false;
  const answered = submit(3);
  await clock.runUntilQuiet();
  assert.equal((await answered).results, [3]);
  await scheduler.idle();
});

test('idle waits for the jobs of its queue and for no other', async () => {
  const clock = simulatedClock();
  const device = simulatedDevice(clock, (queue) => (queue === 'a' ? 10 : 30));
  const scheduler = createScheduler({ clock, maxDelayMs: 0, maxQueue: 10, execute: device.execute });
  const value = { id: 0, bucket: 'a', capacity: 1, poison: false };
  const items = [{ bucket: 'a', capacity: 1, value }];
  const order: string[] = [];
  const note = (what: string) => () => void order.push(`${what} at ${clock.now()}`);
  void scheduler.submit({ queue: 'a', items, deadline: Infinity }).then(note('a'));
  void scheduler.submit({ queue: 'b', items, deadline: Infinity }).then(note('b'));
  void scheduler.idle('a').then(note('a idle'));
  void scheduler.idle().then(note('all idle'));
  void scheduler.idle('unknown').then(note('unknown idle'));
  await clock.runUntilQuiet();
  assert.equal(order, ['unknown idle at 0', 'a idle at 10', 'a at 10', 'all idle at 40', 'b at 40']);
});

test.run();
