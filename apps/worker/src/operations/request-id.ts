import type { MiddlewareHandler } from 'hono';
import './variables.ts';

export const REQUEST_ID_HEADER = 'x-request-id';

/** What may be echoed and written to a log: no spaces, no control characters, no end of it. */
const USABLE = /^[\w.:=+/-]{1,128}$/;

/** Gives every request an id, the client's own where it sent a usable one, and every answer that id in its header. */
export function requestId(make: () => string = () => crypto.randomUUID()): MiddlewareHandler {
  return async function requestId(c, next) {
    const given = c.req.header(REQUEST_ID_HEADER) ?? '';
    const id = USABLE.test(given) ? given : make();
    c.set('requestId', id);
    await next();
    // What a route returned, or an error became. Set before, it would have Hono copy the answer, and Node send it as a stream.
    c.res.headers.set(REQUEST_ID_HEADER, id);
  };
}
