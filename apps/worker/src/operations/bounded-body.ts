import { withinTime } from '../async/within-time.ts';
import { Refusal } from '../refusal.ts';

/** Whoever keeps this pace is waited for; a phone's uplink is ten times as fast. */
export const LEAST_BYTES_PER_SECOND = 16 * 1024;

export interface BodyBounds {
  readonly maxBytes: number;
  /** Milliseconds that may go by in waiting for bytes, beside those that LEAST_BYTES_PER_SECOND grants to what came. */
  readonly timeoutMs: number;
}

/** A body whose reader gets a Refusal where it is too long (413), too slow (408) or breaks off (400); nothing is read ahead. */
export interface BoundedBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** What the reader got, if it got one. */
  readonly refusal: Refusal | undefined;
}

/** Counts a body's bytes as they pass, and the time that is spent in waiting for them: a slow reader is not held against the client. */
export function boundBody(body: ReadableStream<Uint8Array>, { maxBytes, timeoutMs }: BodyBounds): BoundedBody {
  const reader = body.getReader();
  let received = 0;
  let waitedMs = 0;
  let refusal: Refusal | undefined;
  const refuse = (reason: Refusal): never => {
    refusal = reason;
    // Whether the rest can be given up in order is of no interest any more.
    reader.cancel(reason).catch(() => {});
    throw reason;
  };

  /** The next bytes; a Refusal where they do not come in time. */
  async function read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const grantedMs = timeoutMs + (received / LEAST_BYTES_PER_SECOND) * 1000;
    const since = performance.now();
    const late = () => {
      const message = `reading the body: got ${received} bytes in ${((waitedMs + grantedMs) / 1000).toFixed(1)} s, need ${LEAST_BYTES_PER_SECOND} a second`;
      return new Refusal(408, message);
    };
    try {
      return await withinTime(reader.read(), grantedMs - waitedMs, late);
    } catch (error) {
      if (error instanceof Refusal) return refuse(error);
      return refuse(new Refusal(400, `reading the body: it broke off after ${received} bytes`));
    } finally {
      waitedMs += performance.now() - since;
    }
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await read();
        if (done) return controller.close();
        received += value.byteLength;
        if (received > maxBytes) refuse(tooLong(`more than ${maxBytes} bytes`, maxBytes));
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    get refusal() {
      return refusal;
    },
  };
}

/** The refusal of a body that is too long; `given` in words. */
export function tooLong(given: string, maxBytes: number): Refusal {
  return new Refusal(413, `reading the body: got ${given}, need at most ${maxBytes}`);
}
