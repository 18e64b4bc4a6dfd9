import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../refusal.ts';

/** What comes after it may parse the request's address, of which the client writes the host: Deno passes on whatever that is. */
export function validUrl(): MiddlewareHandler {
  return async function validUrl(c, next) {
    if (URL.canParse(c.req.url)) return next();
    const host = JSON.stringify((c.req.header('host') ?? '').slice(0, 100));
    throw new Refusal(400, `Host: got ${host}, need a name or an address, and a port of 0 to 65535 or none`);
  };
}
