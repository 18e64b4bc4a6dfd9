import type { Refusal } from '../refusal.ts';
import { type Entry, nextBatch } from './backlog.ts';
import type { Clock } from './clock.ts';
import { backlogMs, expectedMs, noteBatch, turnMs } from './expectation.ts';
import { checkRoom, type Done, type Job, lateRefusal, type Queue, type Running, type Ticket } from './queue.ts';

export interface SchedulerOptions<Value, Result> {
  readonly clock: Clock;
  /** How long an item waits for company while the device is idle. */
  readonly maxDelayMs: number;
  /** Items that wait in a queue at the most. */
  readonly maxQueue: number;
  /** Runs a batch: one result a value. */
  execute(queue: string, values: readonly Value[]): Promise<readonly Result[]>;
}

/** Puts jobs together into batches for a device that runs one at a time. */
export interface Scheduler<Value, Result> {
  /** @throws Refusal of 503 for a full queue and for a deadline that is not kept; the signal's reason; what `execute` threw */
  submit(job: Job<Value>): Promise<Done<Result>>;
  /** Jobs of a queue of which something waits. */
  pending(queue: string): number;
  /** Refuses all jobs, those that run too, and gives up the batch that runs. */
  refuseAll(refusal: () => Refusal): void;
  /** Resolves once no job is left, of one queue, which is forgotten then, or of any. */
  idle(queue?: string): Promise<void>;
}

/**
 * A bucket runs once it is full, or once one of its items has waited `maxDelayMs`. Of several queues, that one is next which has had least of
 * the device: where batches cost the same that is round robin, and a queue of cheap ones gets more turns beside one of dear ones.
 */
export function createScheduler<Value, Result>({
  clock,
  maxDelayMs,
  maxQueue,
  execute,
}: SchedulerOptions<Value, Result>): Scheduler<Value, Result> {
  type Owner = Ticket<Value, Result>;
  type Batch = readonly Entry<Value, Owner>[];
  const queues = new Map<string, Queue<Value, Result>>();
  const idlers = new Set<{ queue: string | undefined; resolve: () => void }>();
  /** A new object for each batch, so that one that was given up is known. */
  let running: Running<Value, Result> | null = null;
  /** What the queue of the last batch had been served before it: a queue that was idle goes on from there, and has nothing to catch up. */
  let served = 0;
  let cancelTimer = () => {};
  /** When the timer calls; Infinity where none is set. */
  let wakeAt = Infinity;

  const waitMs = (queue: Queue<Value, Result>) => backlogMs(queue, queues.values(), running, clock.now());

  function settle(ticket: Owner, queue: Queue<Value, Result>, how: () => void): void {
    if (ticket.settled) return;
    ticket.settled = true;
    queue.tickets.delete(ticket);
    if (ticket.left > 0) queue.waiting = queue.waiting.filter(({ owner }) => owner !== ticket);
    how();
    wakeIdlers();
  }

  function wakeIdlers(): void {
    const isIdle = (queue: Queue<Value, Result>) => queue.tickets.size === 0 && running?.queue !== queue;
    for (const idler of idlers) {
      const meant = idler.queue === undefined ? [...queues.values()] : [queues.get(idler.queue)];
      if (!meant.every((queue) => !queue || isIdle(queue))) continue;
      idlers.delete(idler);
      if (idler.queue !== undefined) queues.delete(idler.queue);
      idler.resolve();
    }
  }

  /** Refuses what is late, starts what may run, and comes back when that may change. */
  function step(): void {
    cancelTimer();
    cancelTimer = () => {};
    const now = clock.now();
    wakeAt = Infinity;
    let next: { name: string; queue: Queue<Value, Result>; batch: Batch } | null = null;
    for (const [name, queue] of queues) {
      for (const ticket of [...queue.tickets]) {
        if (ticket.begun !== null) continue;
        if (ticket.deadline >= now) wakeAt = Math.min(wakeAt, ticket.deadline);
        else settle(ticket, queue, () => ticket.reject(lateRefusal(ticket, waitMs(queue), now)));
      }
      if (running) continue;
      const { batch, dueAt } = nextBatch(queue.waiting, now);
      if (!batch) wakeAt = Math.min(wakeAt, dueAt);
      else if (!next || queue.served < next.queue.served) next = { name, queue, batch };
    }
    if (next) {
      start(next.name, next.queue, next.batch, now);
      step();
    } else if (wakeAt < Infinity) {
      // In whole milliseconds: a timer that fires a little early would be set again and again.
      cancelTimer = clock.after(Math.max(1, Math.ceil(wakeAt - now)), step);
    }
  }

  function start(name: string, queue: Queue<Value, Result>, batch: Batch, now: number): void {
    const taken = new Set(batch);
    queue.waiting = queue.waiting.filter((entry) => !taken.has(entry));
    served = queue.served;
    const mine = { since: now, queue, expectedMs: expectedMs(batch, queue) };
    running = mine;
    const isGivenUp = () => running !== mine;
    void run(name, queue, batch, isGivenUp).then((deliver) => {
      if (isGivenUp()) return;
      running = null;
      step();
      // Writing answers takes a while: the device has its next batch before.
      if (running) clock.after(0, deliver);
      else deliver();
    });
  }

  /** Runs entries as one batch; where that fails, those of each job by themselves, so that the fault is its owner's alone. What is returned hands out the answers. */
  async function run(
    name: string,
    queue: Queue<Value, Result>,
    batch: Batch,
    isGivenUp: () => boolean,
  ): Promise<() => void> {
    const began = clock.now();
    for (const { owner } of batch) {
      owner.begun ??= began;
      owner.batch = Math.max(owner.batch, batch.length);
    }
    const values = batch.map(({ item }) => item.value);
    const outcome = await execute(name, values).then(
      (results) => ({ results }),
      (error: unknown) => ({ error }),
    );
    if (isGivenUp()) return () => {};
    const now = clock.now();
    queue.served += now - began;
    if ('results' in outcome) {
      noteBatch(queue, batch[0].item.bucket, now - began, batch.length);
      return () => {
        for (const [i, { owner, place }] of batch.entries()) finish(owner, queue, place, outcome.results[i], now);
      };
    }
    const owners = [...new Set(batch.map(({ owner }) => owner))];
    if (owners.length === 1) return () => settle(owners[0], queue, () => owners[0].reject(outcome.error));
    for (const owner of owners) {
      if (isGivenUp() || owner.settled) continue;
      const own = batch.filter((entry) => entry.owner === owner);
      const deliver = await run(name, queue, own, isGivenUp);
      deliver();
    }
    return () => {};
  }

  function finish(ticket: Owner, queue: Queue<Value, Result>, place: number, result: Result, now: number): void {
    ticket.results[place] = result;
    if (--ticket.left > 0) return;
    const { results, accepted, batch } = ticket;
    const begun = ticket.begun!;
    const done = { results, queueMs: begun - accepted, computeMs: now - begun, batch };
    settle(ticket, queue, () => ticket.resolve(done));
  }

  function enter(job: Job<Value>, queue: Queue<Value, Result>, promise: Pick<Owner, 'resolve' | 'reject'>): Owner {
    const accepted = clock.now();
    const { items, deadline } = job;
    const owner: Owner = {
      queue: job.queue,
      items,
      deadline,
      accepted,
      results: [],
      left: items.length,
      begun: null,
      batch: 0,
      settled: false,
      resolve: promise.resolve,
      reject: promise.reject,
    };
    // Whoever has little time does not spend it waiting for company.
    const dueAt = accepted + Math.min(maxDelayMs, (deadline - accepted) / 2);
    if (queue.tickets.size === 0) queue.served = Math.max(queue.served, served);
    queue.tickets.add(owner);
    for (const [place, item] of items.entries()) queue.waiting.push({ item, owner, place, dueAt });
    return owner;
  }

  return {
    async submit(job) {
      const { signal } = job;
      signal?.throwIfAborted();
      const queue = queues.get(job.queue) ?? { waiting: [], tickets: new Set(), served, paces: new Map() };
      const expected = { wait: waitMs(queue), own: turnMs(job.items, queue) };
      checkRoom(job, queue.waiting.length, maxQueue, expected, clock.now());
      queues.set(job.queue, queue);
      let leave = () => {};
      try {
        return await new Promise<Done<Result>>((resolve, reject) => {
          const ticket = enter(job, queue, { resolve, reject });
          leave = () => {
            settle(ticket, queue, () => reject(signal?.reason));
            step();
          };
          signal?.addEventListener('abort', leave);
          // While a batch runs, a job changes nothing but what may be late first.
          if (!running || ticket.deadline < wakeAt) step();
        });
      } finally {
        signal?.removeEventListener('abort', leave);
      }
    },
    pending: (name) => new Set(queues.get(name)?.waiting.map(({ owner }) => owner)).size,
    refuseAll(refusal) {
      running = null;
      for (const queue of queues.values()) {
        for (const ticket of [...queue.tickets]) settle(ticket, queue, () => ticket.reject(refusal()));
      }
      step();
    },
    idle: (queue) =>
      new Promise((resolve) => {
        idlers.add({ queue, resolve });
        wakeIdlers();
      }),
  };
}
