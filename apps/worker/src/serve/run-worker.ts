import process from 'node:process';
import type { Hono } from 'hono';
import type { WorkerConfig } from '../config.ts';
import { createOperations, type Operations } from '../operations/operations.ts';
import { startTracing, type Tracing } from '../operations/tracing.ts';
import type { ModelStatus, Service } from '../service.ts';
import { type DeferredService, deferredService } from './deferred-service.ts';
import type { Listen } from './listen.ts';
import { processStatistics } from './process-statistics.ts';
import { shutDown } from './shutdown.ts';
import { atEverySignal, nextSignal } from './signals.ts';

/** Milliseconds for the last traces, once nobody waits for an answer any more. */
const FLUSH_MS = 2000;

/** The application on a service. */
export interface Application {
  readonly app: Hono;
  /** Work that no open request waits for, such as jobs: it is finished before the server stops. */
  readonly finish?: readonly (() => Promise<void>)[];
  /** Gives back what it holds on this machine, whatever has been finished. */
  close?(): Promise<void>;
}

export interface WorkerParts {
  readonly config: WorkerConfig;
  readonly log: (line: object) => void;
  readonly listen: Listen;
  readonly version: string;
  /** Opens the device and loads the models; the server listens meanwhile, alive and not ready. */
  makeService(): Promise<Service>;
  makeApp(service: DeferredService, operations: Operations): Application;
}

/**
 * Serves until SIGTERM or SIGINT; SIGHUP loads all models anew.
 *
 * @returns whether every accepted request was answered in time
 * @throws MovtError bad_input where the address cannot be had; whatever makeService() throws, once the server has stopped
 */
export async function runWorker(parts: WorkerParts): Promise<boolean> {
  const { config, log, version } = parts;
  const stopping = nextSignal('SIGTERM', 'SIGINT');
  const tracing = config.otlpEndpoint === null ? undefined : await startTracing(version, hasOwnTracing());
  const service = deferredService();
  const operations = createOperations({
    config,
    service,
    log,
    process: processStatistics,
    ...(tracing && { tracing: tracing.middleware }),
  });
  const { app, finish = [], close } = parts.makeApp(service, operations);
  const listener = await parts.listen((request) => app.fetch(request), config);
  log({ level: 'info', event: 'listening', url: listener.url, version, keys: config.apiKeys.length });
  process.on('unhandledRejection', (reason) => {
    log({ level: 'error', event: 'unhandled rejection', error: `${reason}`, stack: (reason as Error)?.stack });
  });

  const broken = parts.makeService().then(
    async (made) => {
      service.arrive(made);
      await made.started;
      log({ level: 'info', event: 'started', adapter: made.adapter, models: made.models().map(inShort) });
      atEverySignal('SIGHUP', () => reload(made, log));
      return await new Promise<never>(() => {});
    },
    (error: unknown) => ({ error }),
  );
  const end = await Promise.race([stopping, broken]);
  const { drainMs } = config;
  const isDone = await shutDown({ service, admission: operations.admission, listener, finish, drainMs, log });
  await close?.();
  if (tracing) await flush(tracing);
  if (end) throw end.error;
  return isDone;
}

async function reload(service: Service, log: (line: object) => void): Promise<void> {
  const since = performance.now();
  try {
    await service.reload();
    const models = service.models().map(inShort);
    log({ level: 'info', event: 'reloaded', models, ms: Math.round(performance.now() - since) });
  } catch (error) {
    log({ level: 'error', event: 'not reloaded', error: (error as Error).message });
  }
}

function inShort({ name, version, state, reason }: ModelStatus): string {
  return [`${name}/${version}`, state, reason].filter(Boolean).join(' ');
}

async function flush(tracing: Tracing): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS));
  // A collector that is away is no reason to fail.
  await Promise.race([tracing.shutdown().catch(() => {}), late]);
}

/** Deno exports traces by itself where it was asked to. */
function hasOwnTracing(): boolean {
  return 'Deno' in globalThis && process.env.OTEL_DENO === 'true';
}
