import type { WorkEvent } from './progress.ts';

/** What happened in a piece of work, for any number of readers, who may come late. */
export interface EventLog {
  add(event: WorkEvent): void;
  /** No more will come. */
  end(): void;
  /** Events from this one on, as they come. */
  follow(from: number, signal: AbortSignal): AsyncIterable<{ readonly id: number; readonly event: WorkEvent }>;
}

/** Keeps them all: stages come a few times a second, and tracks are as bounded as the answer. */
export function createEventLog(): EventLog {
  const events: WorkEvent[] = [];
  const readers = new Set<() => void>();
  let isOver = false;
  const wake = () => {
    for (const reader of readers) reader();
    readers.clear();
  };
  return {
    add(event) {
      events.push(event);
      wake();
    },
    end() {
      isOver = true;
      wake();
    },
    async *follow(from, signal) {
      signal.addEventListener('abort', wake);
      try {
        for (let id = from; ; id++) {
          while (id >= events.length && !isOver && !signal.aborted) {
            await new Promise<void>((resolve) => readers.add(resolve));
          }
          if (signal.aborted || id >= events.length) return;
          yield { id, event: events[id] };
        }
      } finally {
        signal.removeEventListener('abort', wake);
      }
    },
  };
}
