import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { EventLog } from '../video/event-log.ts';

/** Milliseconds between signs of life, for proxies that close what is silent. */
const ALIVE_MS = 15_000;

/**
 * Server-sent events of a piece of work, from this one on, until it ends or the client leaves; ids are their places in the log.
 * @param left called when the client leaves
 */
export function streamEvents(c: Context, log: EventLog, from: number, left: () => void = () => {}): Response {
  // nginx holds back what it has not been told to let through.
  c.header('X-Accel-Buffering', 'no');
  c.header('Cache-Control', 'no-store');
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => {
      gone.abort();
      left();
    });
    const alive = setInterval(() => stream.write(': still there\n\n').catch(() => {}), ALIVE_MS);
    try {
      for await (const { id, event } of log.follow(from, gone.signal)) {
        await stream.writeSSE({ id: `${id}`, event: event.event, data: JSON.stringify(event.data) });
      }
    } finally {
      clearInterval(alive);
    }
  });
}

/** Whether the client would rather have events than one answer. */
export function wantsEvents(c: Context): boolean {
  return /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '');
}
