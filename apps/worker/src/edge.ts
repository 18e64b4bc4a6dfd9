/**
 * dist/worker-edge.mjs: the protocol and all that stands before it, for any runtime with `fetch`, as one file. Who brings it there brings a Service:
 * one of its own, or one that asks a worker elsewhere. Videos need processes and files, and are not in it.
 */
import { createApp } from './app.ts';
import { parseConfig } from './config.ts';
import { onError } from './operations/errors.ts';
import { notFound } from './operations/not-found.ts';
import { createOperations } from './operations/operations.ts';
import type { Service } from './service.ts';

/** What a Service throws to refuse a request. */
export { Refusal } from './refusal.ts';

export interface EdgeParts {
  readonly service: Service;
  /** The variables of docs/worker.md; where to listen is the runtime's business. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes a line for each request; left out, none is written. */
  readonly log?: (line: object) => void;
}

/**
 * A worker as runtimes take one: `export default createWorker({ service, env })`.
 *
 * @throws MovtError bad_input for a variable with a wrong value
 */
export function createWorker({ service, env, log = () => {} }: EdgeParts): {
  fetch(request: Request): Response | Promise<Response>;
} {
  const config = parseConfig(env);
  const { middleware } = createOperations({ config, service, log });
  const app = createApp({ service, config, middleware, onError, notFound });
  return { fetch: (request) => app.fetch(request) };
}
