import { MovtError } from '@movt/kernels';
import type { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type AppOptions, createApp } from '../app.ts';
import { Refusal } from '../refusal.ts';
import type { Service } from '../service.ts';

export const LIMITS = { bodyBytes: 2 ** 20, clips: 8, frames: 64, points: 256, pixels: 64 * 64 };

/** The application as the protocol's tests see it: errors are answered, and nothing else stands before the routes. */
export function smallApp(service: Service, options: Partial<AppOptions> = {}): Hono {
  return createApp({
    service,
    config: { limits: LIMITS, batching: { maxDelayMs: 2, maxQueue: 16, timeoutMs: 10_000 } },
    middleware: [],
    notFound: () => (c) => c.json({ error: 'no such route' }, 404),
    onError(error, c) {
      if (error instanceof Refusal) {
        const headers = error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) };
        return c.json({ error: error.message }, error.status as ContentfulStatusCode, headers);
      }
      const status = error instanceof MovtError && error.code === 'bad_input' ? 400 : 500;
      return c.json({ error: `${error.stack}` }, status);
    },
    ...options,
  });
}
