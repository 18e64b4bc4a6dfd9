/** What is known of how long items of a bucket have the device. */
export interface Pace {
  /** Milliseconds for an item; 0 while nothing is known. */
  readonly itemMs: number;
  /** Takes in a batch. */
  note(ms: number, items: number): void;
}

/** The weight of all earlier batches beside the last one: of about five the mean is taken. */
const KEPT = 0.8;

/**
 * A mean over items, not over batches, so that one of a large batch weighs as much as one of a small batch. The first batch tells nothing: it
 * waits for its kernels to be compiled, and whoever judges by it refuses what could be served.
 */
export function createPace(): Pace {
  let isFirst = true;
  let ms = 0;
  let items = 0;
  return {
    get itemMs() {
      return items === 0 ? 0 : ms / items;
    },
    note(batchMs, count) {
      if (isFirst) {
        isFirst = false;
        return;
      }
      ms = KEPT * ms + batchMs;
      items = KEPT * items + count;
    },
  };
}
