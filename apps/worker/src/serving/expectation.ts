import type { Item } from './backlog.ts';
import { createPace, type Pace } from './pace.ts';
import type { Running } from './queue.ts';

/** What expectations go by. */
interface Waiting {
  readonly waiting: readonly { readonly item: Item<unknown> }[];
  /** By bucket. */
  readonly paces: Map<string, Pace>;
}

/** Notes how long a batch of a queue's items, all of one bucket, had the device. */
export function noteBatch({ paces }: Pick<Waiting, 'paces'>, bucket: string, ms: number, items: number): void {
  const pace = paces.get(bucket) ?? createPace();
  paces.set(bucket, pace);
  pace.note(ms, items);
}

/** Milliseconds of the device that entries of a queue are expected to take. */
export function expectedMs(entries: Waiting['waiting'], queue: Pick<Waiting, 'paces'>): number {
  let sum = 0;
  // Most are of the bucket of the one before.
  let last: Item<unknown> | undefined;
  let lastMs = 0;
  for (const { item } of entries) {
    if (item.bucket !== last?.bucket) lastMs = itemMs(item, queue);
    last = item;
    sum += lastMs;
  }
  return sum;
}

const itemMs = ({ bucket }: Item<unknown>, { paces }: Pick<Waiting, 'paces'>) => paces.get(bucket)?.itemMs ?? 0;

/** Milliseconds until what waits in a queue has run, where the other queues get as much of the device meanwhile. */
export function backlogMs<Queue extends Waiting>(
  queue: Queue,
  all: Iterable<Queue>,
  running: Pick<Running<never, never>, 'since' | 'expectedMs'> | null,
  now: number,
): number {
  const own = expectedMs(queue.waiting, queue);
  let others = 0;
  for (const other of all) if (other !== queue) others += Math.min(own, expectedMs(other.waiting, other));
  const before = running ? Math.max(0, running.expectedMs - (now - running.since)) : 0;
  return before + own + others;
}

/**
 * Milliseconds of the device for a job that joins a queue, and for the company that its last batch still gets: the more wait now, the more will
 * come. None where nothing waits: an expectation is put right by what runs, so something has to.
 */
export function turnMs(items: readonly Item<unknown>[], queue: Waiting): number {
  if (queue.waiting.length === 0) return 0;
  const last = items[items.length - 1];
  const company = Math.min(queue.waiting.length, last.capacity);
  return items.reduce((sum, item) => sum + itemMs(item, queue), company * itemMs(last, queue));
}
