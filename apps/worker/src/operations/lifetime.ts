import type { Context, MiddlewareHandler } from 'hono';
import './variables.ts';

/**
 * The outermost middleware: lets others know when an answer is over, which for a stream of events is long after it has begun.
 */
export function lifetime(): MiddlewareHandler {
  return async function lifetime(c, next) {
    const callbacks: (() => void)[] = [];
    c.set('atEnd', callbacks);
    const end = () => {
      for (const callback of callbacks.splice(0)) callback();
    };
    let streams = false;
    try {
      await next();
      streams = (c.res.headers.get('content-type') ?? '').startsWith('text/event-stream') && c.res.body !== null;
      if (streams) c.res = new Response(watched(c.res.body!, end), c.res);
    } finally {
      if (!streams) end();
    }
  };
}

/** Calls `callback` once the answer is over, or was given up by whom it was for. */
export function atEnd(c: Context, callback: () => void): void {
  const callbacks = c.get('atEnd');
  if (!callbacks) throw new Error('atEnd() without the middleware lifetime()');
  callbacks.push(callback);
}

function watched(body: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        end();
      } catch (error) {
        end();
        throw error;
      }
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
}
