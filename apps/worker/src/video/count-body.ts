import { Refusal } from '../refusal.ts';

export interface BodyCount {
  /** More are refused with 413. */
  readonly bytes: number;
  readonly signal?: AbortSignal;
  /** Called with how many bytes have come. */
  readonly onBytes?: (count: number) => void;
}

/**
 * A request's body as it streams by: nothing of it is held. How long it may take is the business of whoever made the stream.
 * @throws Refusal 413 for a longer one; whatever the stream breaks off with; the signal's reason
 */
export async function* countBody(
  body: ReadableStream<Uint8Array>,
  { bytes, signal, onBytes }: BodyCount,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  // Whoever waits for the next bytes is woken.
  const leave = () => reader.cancel(signal!.reason).catch(() => {});
  signal?.addEventListener('abort', leave, { once: true });
  let count = 0;
  let isOver = false;
  try {
    while (true) {
      signal?.throwIfAborted();
      const { value, done } = await reader.read();
      signal?.throwIfAborted();
      isOver = done;
      if (done) return;
      count += value.length;
      if (count > bytes) {
        throw new Refusal(413, `receiving the video: got more than ${bytes} bytes, need at most those.`);
      }
      onBytes?.(count);
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    // Not awaited: who sends slowly ends slowly.
    if (!isOver) reader.cancel().catch(() => {});
  }
}
