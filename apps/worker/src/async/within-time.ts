/**
 * A promise's outcome, or what `late` makes once so many milliseconds are over, or the signal's reason when it is aborted. The promise goes on: whoever
 * waits has to end what it is about.
 */
export async function withinTime<T>(
  promise: Promise<T>,
  ms: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave: (() => void) | undefined;
  try {
    signal?.throwIfAborted();
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(late()), Math.max(ms, 0));
        leave = () => reject(signal!.reason);
        signal?.addEventListener('abort', leave, { once: true });
      }),
    ]);
  } finally {
    // What comes of it after all is nobody's concern.
    promise.catch(() => {});
    clearTimeout(timer);
    if (leave) signal?.removeEventListener('abort', leave);
  }
}
