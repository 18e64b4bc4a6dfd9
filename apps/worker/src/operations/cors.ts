import type { MiddlewareHandler } from 'hono';
import { cors as honoCors } from 'hono/cors';

/** Headers of answers that pages may read; without the first there is no binary answer in a browser. */
const EXPOSED = [
  'Inference-Header-Content-Length',
  'Retry-After',
  'X-Request-Id',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
];

/** Headers of requests that pages may send. */
const ALLOWED = [
  'Inference-Header-Content-Length',
  'Content-Type',
  'Content-Encoding',
  'Authorization',
  'X-API-Key',
  'X-Request-Id',
];

/** Lets pages of these origins (`*`: of any) call the server; null where there are none. */
export function cors(origins: readonly string[]): MiddlewareHandler | null {
  if (!origins.length) return null;
  return honoCors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowHeaders: ALLOWED,
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
}
