import type { Context } from 'hono';
import { withinTime } from '../async/within-time.ts';
import { Refusal } from '../refusal.ts';
import { LEAST_BYTES_PER_SECOND } from './bounded-body.ts';

/**
 * Reads a body that announces its length, in one piece. It stays with the request: `c.req.arrayBuffer()` gives it.
 * @throws Refusal 408 where it is not there in time, 400 where it breaks off, 499 where the client has left
 */
export async function readPromptly(c: Context, announced: number, timeoutMs: number): Promise<void> {
  const grantedMs = timeoutMs + (announced / LEAST_BYTES_PER_SECOND) * 1000;
  const late = () => {
    const message = `reading the body: ${(grantedMs / 1000).toFixed(1)} s were not enough for ${announced} bytes, need ${LEAST_BYTES_PER_SECOND} a second`;
    return new Refusal(408, message);
  };
  try {
    await withinTime(c.req.arrayBuffer(), grantedMs, late);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (c.req.raw.signal.aborted) throw new Refusal(499, 'the client left before its request was read');
    throw new Refusal(400, `reading the body: it broke off before its ${announced} bytes were there`);
  }
}
