/** A number of things that may be held at a time; who comes first is served first. */
export interface Slots {
  /** Resolves to what gives the slot back, which may be called again. Rejects with the signal's reason where it is aborted while waiting. */
  take(signal?: AbortSignal): Promise<() => void>;
}

/** @param count at least 1 */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  const holder = () => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = waiting.shift();
      if (next) next();
      else free++;
    };
  };

  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) {
        free--;
        return holder();
      }
      return new Promise((resolve, reject) => {
        const serve = () => {
          signal?.removeEventListener('abort', leave);
          resolve(holder());
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(serve), 1);
          reject(signal!.reason);
        };
        waiting.push(serve);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
