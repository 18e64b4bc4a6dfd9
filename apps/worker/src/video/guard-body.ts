import { Refusal } from '../refusal.ts';
import { withinTime } from './within-time.ts';

export interface BodyGuard {
  /** What is being received, for messages: `the video`. */
  readonly what: string;
  /** More are refused with 413. */
  readonly bytes: number;
  /** Milliseconds that the body may be waited for, and a second more for each 16 KiB that came; then 408. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called with how many bytes have come. */
  readonly onBytes?: (count: number) => void;
}

/** A body that comes slower is an attack, or will not arrive. */
const BYTES_A_SECOND = 16 * 1024;

/**
 * A request's body, counted as it streams by and never held.
 * @throws Refusal 413 for a longer one, 408 for a slow one; the signal's reason
 */
export async function* guardBody(
  body: ReadableStream<Uint8Array> | null,
  { what, bytes, timeoutMs, signal, onBytes }: BodyGuard,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  let count = 0;
  let waitedMs = 0;
  let isOver = false;
  const slow = () =>
    new Refusal(408, `receiving ${what}: got ${count} bytes in ${(waitedMs / 1000).toFixed(1)} s, need it faster.`);
  try {
    while (true) {
      const began = performance.now();
      const allowedMs = timeoutMs + (count / BYTES_A_SECOND) * 1000;
      const { value, done } = await withinTime(reader.read(), allowedMs - waitedMs, slow, signal).finally(() => {
        waitedMs += performance.now() - began;
      });
      isOver = done;
      if (done) return;
      count += value.length;
      if (count > bytes) throw new Refusal(413, `receiving ${what}: got more than ${bytes} bytes, need at most those.`);
      onBytes?.(count);
      yield value;
    }
  } finally {
    // Not awaited: who sends slowly ends slowly.
    if (!isOver) reader.cancel().catch(() => {});
  }
}

/** Refuses a body whose sender says at once that it is too long. */
export function checkDeclaredLength(headers: Headers, bytes: number, what: string): void {
  const declared = Number(headers.get('content-length') ?? 0);
  if (declared <= bytes) return;
  throw new Refusal(413, `receiving ${what}: got a body of ${declared} bytes, need at most ${bytes}.`);
}
