import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../refusal.ts';
import { isProtected } from './variables.ts';

const WINDOW_MS = 60_000;

/**
 * Refuses with 429 what a key asks for beyond so many requests in a minute, and says in the headers of the IETF's draft 7 how many are left. The
 * counts are this process's own.
 *
 * @param perMinute requests of one key; without keys all clients are counted together
 * @param clock milliseconds
 */
export function rateLimit(perMinute: number, clock: () => number): MiddlewareHandler {
  // As many as there are keys.
  const windows = new Map<string, { until: number; used: number }>();
  return async function rateLimit(c, next) {
    if (!isProtected(c)) return next();
    const key = c.get('keyId') ?? '';
    const now = clock();
    let window = windows.get(key);
    if (!window || window.until <= now) {
      window = { until: now + WINDOW_MS, used: 0 };
      windows.set(key, window);
    }
    const reset = Math.ceil((window.until - now) / 1000);
    const remaining = Math.max(0, perMinute - ++window.used);
    c.res.headers.set('RateLimit-Policy', `${perMinute};w=${WINDOW_MS / 1000}`);
    c.res.headers.set('RateLimit', `limit=${perMinute}, remaining=${remaining}, reset=${reset}`);
    if (window.used > perMinute) {
      throw new Refusal(429, `this key has sent its ${perMinute} requests of this minute: wait ${reset} s`, reset);
    }
    return next();
  };
}
