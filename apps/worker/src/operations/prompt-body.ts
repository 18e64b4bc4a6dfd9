import type { Context } from 'hono';
import { Refusal } from '../refusal.ts';

/**
 * Reads a body that announces its length, in one piece. It stays with the request: `c.req.arrayBuffer()` gives it.
 * @throws Refusal 408 where it is not there in time, 400 where it breaks off, 499 where the client has left
 */
export async function readPromptly(c: Context, timeoutMs: number): Promise<void> {
  const announced = c.req.header('content-length');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `reading the body: ${timeoutMs / 1000} s were not enough for ${announced} bytes, need all of them by then`;
    timer = setTimeout(() => reject(new Refusal(408, message)), timeoutMs);
  });
  try {
    await Promise.race([c.req.arrayBuffer(), late]);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (c.req.raw.signal.aborted) throw new Refusal(499, 'the client left before its request was read');
    throw new Refusal(400, `reading the body: it broke off before its ${announced} bytes were there`);
  } finally {
    clearTimeout(timer);
  }
}
