import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { answerTo } from './errors.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { atEnd } from './lifetime.ts';
import './variables.ts';

export interface AccessLogOptions {
  /** Takes a line, which has a `level`. */
  readonly log: (line: object) => void;
  readonly metrics: HttpMetrics;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** Asked for every few seconds by whoever watches the server: counted, and logged only where the answer is an error of ours. */
const WATCHED = /^\/(metrics|v2\/health\/(live|ready))\/?$/;

/** Writes a line a request once it is answered, and counts it. */
export function accessLog({ log, metrics, clock }: AccessLogOptions): MiddlewareHandler {
  return async function accessLog(c, next) {
    const start = clock();
    metrics.begin();
    atEnd(c, () => {
      const { method, path } = c.req;
      const { status } = c.res;
      const ms = clock() - start;
      const route = routeOf(matchedRoutes(c));
      metrics.end({ method, route, status, seconds: ms / 1000 });
      if (WATCHED.test(path) && status !== 500) return;
      log({
        level: status >= 500 && status !== 503 ? 'error' : status >= 400 ? 'warn' : 'info',
        event: 'request',
        id: c.get('requestId'),
        method,
        path: path.slice(0, 500),
        route,
        status,
        ms: Math.round(ms * 100) / 100,
        ...defined({ key: c.get('keyId'), trace: c.get('traceId'), agent: c.req.header('user-agent')?.slice(0, 200) }),
        ...(c.error && describe(c.error, c.req.raw.signal.aborted, c.get('requestId'))),
      });
    });
    await next();
  };
}

/** The pattern of the route, so that a label has as many values as there are routes. */
function routeOf(matched: readonly { method: string; path: string }[]): string {
  return matched.findLast(({ method }) => method !== 'ALL')?.path ?? 'none';
}

function describe(error: Error, left: boolean, requestId: string): object {
  const { message, unexpected } = answerTo(error, { left, requestId });
  return unexpected ? { error: error.message, stack: error.stack } : { error: message };
}

function defined(values: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
