/** One clip of a job, and where it may run. */
export interface Item<Value> {
  /** Only items of one bucket run together. */
  readonly bucket: string;
  /** Items of this bucket that run together at the most. */
  readonly capacity: number;
  readonly value: Value;
}

/** An item that waits. */
export interface Entry<Value, Owner> {
  readonly item: Item<Value>;
  readonly owner: Owner;
  /** Its place among the owner's items. */
  readonly place: number;
  /** When it runs even without more company. */
  readonly dueAt: number;
}

/** What the next batch of a backlog is. */
export interface Outlook<E> {
  /** Entries of one bucket that run now; null where it is worth waiting for company. */
  readonly batch: readonly E[] | null;
  /** When there is a batch even if nobody comes; Infinity for an empty backlog. */
  readonly dueAt: number;
}

/**
 * Looks for a batch: of the buckets that are full, or of which an entry is due, the one with the oldest entry.
 * @param entries in the order of their arrival
 */
export function nextBatch<E extends Entry<unknown, unknown>>(entries: readonly E[], now: number): Outlook<E> {
  const buckets = new Map<string, { batch: E[]; dueAt: number }>();
  for (const entry of entries) {
    const { bucket, capacity } = entry.item;
    const found = buckets.get(bucket) ?? { batch: [], dueAt: Infinity };
    buckets.set(bucket, found);
    found.dueAt = Math.min(found.dueAt, entry.dueAt);
    if (found.batch.length < capacity) found.batch.push(entry);
  }
  let next = Infinity;
  for (const { batch, dueAt } of buckets.values()) {
    if (batch.length === batch[0].item.capacity || dueAt <= now) return { batch, dueAt: now };
    next = Math.min(next, dueAt);
  }
  return { batch: null, dueAt: next };
}
