import { Refusal } from '../refusal.ts';
import type { Entry, Item } from './backlog.ts';

/** Items that are accepted or refused, and answered, as one. */
export interface Job<Value> {
  /** Whose turn it takes: a model's. */
  readonly queue: string;
  readonly items: readonly Item<Value>[];
  /** On the clock: it is refused where none of its items begins to run before. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

/** A job that is done. */
export interface Done<Result> {
  /** One an item. */
  readonly results: readonly Result[];
  /** Until its first batch began. */
  readonly queueMs: number;
  /** From then to the end of its last. */
  readonly computeMs: number;
  /** Items of its largest batch. */
  readonly batch: number;
}

/** A job that was accepted. */
export interface Ticket<Value, Result> extends Job<Value> {
  readonly accepted: number;
  readonly results: Result[];
  /** Items without a result. */
  left: number;
  /** When its first batch began. */
  begun: number | null;
  batch: number;
  settled: boolean;
  resolve(done: Done<Result>): void;
  reject(error: unknown): void;
}

/** What a model's jobs wait in. */
export interface Queue<Value, Result> {
  /** In the order of their arrival. */
  waiting: Entry<Value, Ticket<Value, Result>>[];
  readonly tickets: Set<Ticket<Value, Result>>;
  /** Milliseconds of the device that it has had. */
  served: number;
  /** Of the device, for an item; 0 before the first. */
  itemMs: number;
}

/** The batch that runs. */
export interface Running<Value, Result> {
  readonly since: number;
  readonly queue: Queue<Value, Result>;
  readonly count: number;
}

/** The weight of the last batch in the mean time of an item. */
const NEWEST = 0.2;

/** Notes that items of a queue had the device. */
export function account(queue: Pick<Queue<never, never>, 'served' | 'itemMs'>, ms: number, items: number): void {
  queue.served += ms;
  const itemMs = ms / items;
  queue.itemMs = queue.itemMs === 0 ? itemMs : (1 - NEWEST) * queue.itemMs + NEWEST * itemMs;
}

/** Milliseconds until what waits in a queue has run, where the other queues get as much of the device meanwhile. */
export function backlogMs<Value, Result>(
  queue: Queue<Value, Result>,
  all: Iterable<Queue<Value, Result>>,
  running: Running<Value, Result> | null,
  now: number,
): number {
  const own = queue.waiting.length * queue.itemMs;
  let others = 0;
  for (const other of all) if (other !== queue) others += Math.min(own, other.waiting.length * other.itemMs);
  const before = running ? Math.max(0, running.count * running.queue.itemMs - (now - running.since)) : 0;
  return before + own + others;
}

const busy = (what: string, given: string, needed: string, waitMs: number) =>
  new Refusal(503, `${what}: got ${given}, need ${needed}.`, Math.max(1, Math.ceil(waitMs / 1000)));

/**
 * Refuses a job before any work.
 * @param waitMs the queue's backlog
 * @throws Refusal of 503 for a full queue, and for a deadline that is over or will be before its turn comes
 */
export function checkRoom(
  { items, deadline }: Job<unknown>,
  waiting: number,
  maxQueue: number,
  waitMs: number,
  now: number,
): void {
  const what = `queueing ${items.length} clip(s)`;
  if (waiting + items.length > maxQueue) throw busy(what, `${waiting} waiting`, `at most ${maxQueue} in all`, waitMs);
  if (now > deadline) throw busy(what, 'a deadline that is over', 'one to come', waitMs);
  // Only where something waits: an estimate is put right by what runs, so something has to.
  if (waiting === 0 || now + waitMs <= deadline) return;
  const left = `${Math.round(deadline - now)} ms until the deadline`;
  throw busy(what, left, `about ${Math.round(waitMs)} ms to get through the queue`, waitMs);
}

/** The refusal of a job whose deadline passed while it waited. */
export function lateRefusal(
  { items, accepted }: Pick<Ticket<unknown, unknown>, 'items' | 'accepted'>,
  waitMs: number,
  now: number,
): Refusal {
  const waited = `${Math.round(now - accepted)} ms in the queue`;
  return busy(`running ${items.length} clip(s)`, waited, 'to begin before the deadline', waitMs);
}
