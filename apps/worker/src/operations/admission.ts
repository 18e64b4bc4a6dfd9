import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../refusal.ts';
import { atEnd } from './lifetime.ts';

/** Which requests are under way, and whether more are let in. */
export interface Admission {
  readonly middleware: MiddlewareHandler;
  readonly isClosed: boolean;
  readonly inFlight: number;
  /** Lets no more work in; resolves once every request that was let in is answered. Asking how things are stays possible. */
  close(): Promise<void>;
}

/** Open at first. */
export function createAdmission(): Admission {
  let inFlight = 0;
  let isClosed = false;
  const waiting: (() => void)[] = [];
  return {
    async middleware(c, next) {
      const isWork = /^(POST|PUT|PATCH)$/.test(c.req.method);
      // Clients that keep their connection would come back to a server that is about to go.
      if (isClosed) c.res.headers.set('Connection', 'close');
      if (!isWork) return next();
      if (isClosed) throw new Refusal(503, 'the server is shutting down: ask another one, or again in a moment', 1);
      inFlight++;
      atEnd(c, () => {
        if (--inFlight === 0) for (const done of waiting.splice(0)) done();
      });
      return next();
    },
    get isClosed() {
      return isClosed;
    },
    get inFlight() {
      return inFlight;
    },
    close() {
      isClosed = true;
      return inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
  };
}
