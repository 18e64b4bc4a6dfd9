import { Refusal } from '../refusal.ts';
import type { Entry, Item } from './backlog.ts';
import type { Pace } from './pace.ts';

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
  /** By bucket. */
  readonly paces: Map<string, Pace>;
}

/** The batch that runs. */
export interface Running<Value, Result> {
  readonly since: number;
  readonly queue: Queue<Value, Result>;
  /** Milliseconds that it is expected to take. */
  readonly expectedMs: number;
}

const busy = (what: string, given: string, needed: string, waitMs: number) =>
  new Refusal(503, `${what}: got ${given}, need ${needed}.`, Math.max(1, Math.ceil(waitMs / 1000)));

/** Batches take longer than expected by as much, now and then; whom that would make late is better told at once. */
const CAUTION = 1.2;

/**
 * Refuses a job before any work.
 * @param waiting items of its queue
 * @param maxQueue items that may wait there
 * @param ms what is expected: until its turn, and for it
 * @throws Refusal of 503 for a full queue, and for a deadline that is over or will be before the job is answered
 */
export function checkRoom(
  { items, deadline }: Job<unknown>,
  waiting: number,
  maxQueue: number,
  ms: { readonly wait: number; readonly own: number },
  now: number,
): void {
  const what = `queueing ${items.length} clip(s)`;
  if (waiting + items.length > maxQueue) throw busy(what, `${waiting} waiting`, `at most ${maxQueue} in all`, ms.wait);
  if (now > deadline) throw busy(what, 'a deadline that is over', 'one to come', ms.wait);
  const needed = CAUTION * ms.wait + ms.own;
  if (now + needed <= deadline) return;
  const left = `${Math.round(deadline - now)} ms until the deadline`;
  throw busy(what, left, `about ${Math.round(needed)} ms to get through the queue`, ms.wait);
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
