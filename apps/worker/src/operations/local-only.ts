import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../config.ts';
import { Refusal } from '../refusal.ts';

/**
 * For a server on loopback that asks for no key: takes only what programs of this machine, and its own page, send. Any web site that is open in
 * a browser here could otherwise post to it, or point its own name at it (DNS rebinding) and read the answers too.
 *
 * @param origins whose pages may call all the same
 */
export function localOnly(origins: readonly string[]): MiddlewareHandler {
  return async function localOnly(c, next) {
    const { hostname, host } = new URL(c.req.url);
    if (!isLoopback(hostname)) {
      const fix = 'set MOVT_API_KEYS, or MOVT_ALLOW_ANONYMOUS=1 behind a proxy that guards it';
      throw new Refusal(
        403,
        `Host: got ${hostname.slice(0, 100)}, need localhost while the server takes no keys; ${fix}`,
      );
    }
    const origin = c.req.header('origin');
    const isForeign = origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
    if (isForeign && !origins.includes(origin) && !origins.includes('*')) {
      throw new Refusal(403, `Origin: got ${origin.slice(0, 100)}, need one that MOVT_CORS_ORIGINS names`);
    }
    await next();
  };
}
