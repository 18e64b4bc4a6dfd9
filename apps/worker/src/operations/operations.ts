import type { MiddlewareHandler } from 'hono';
import type { WorkerConfig } from '../config.ts';
import type { Service } from '../service.ts';
import { accessLog } from './access-log.ts';
import { type Admission, createAdmission } from './admission.ts';
import { apiKeys } from './api-keys.ts';
import { cors } from './cors.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { lifetime } from './lifetime.ts';
import { bodyLimit } from './limits.ts';
import { localOnly } from './local-only.ts';
import { metricsPage } from './metrics.ts';
import type { ProcessStatistics } from './process-metrics.ts';
import { rateLimit } from './rate-limit.ts';
import { requestId } from './request-id.ts';
import { validUrl } from './valid-url.ts';

export interface OperationsParts {
  readonly config: Pick<
    WorkerConfig,
    'apiKeys' | 'allowAnonymous' | 'corsOrigins' | 'limits' | 'bodyTimeoutMs' | 'rateLimit'
  >;
  readonly service: Service;
  readonly log: (line: object) => void;
  /** Milliseconds, from any beginning. */
  readonly clock?: () => number;
  readonly tracing?: MiddlewareHandler;
  readonly process?: () => ProcessStatistics;
}

export interface Operations {
  /** What every request goes through, in this order, before a route has it. */
  readonly middleware: readonly MiddlewareHandler[];
  readonly admission: Admission;
}

/** All that stands between the network and the routes. */
export function createOperations(parts: OperationsParts): Operations {
  const { config, service, log, clock = () => performance.now(), tracing, process } = parts;
  const metrics = createHttpMetrics();
  const admission = createAdmission();
  const isLocalOnly = !config.apiKeys.length && !config.allowAnonymous;
  const middleware = [
    lifetime(),
    requestId(),
    accessLog({ log, metrics, clock }),
    validUrl(),
    admission.middleware,
    tracing,
    metricsPage(service, metrics, process),
    cors(config.corsOrigins),
    isLocalOnly && localOnly(config.corsOrigins),
    apiKeys(config.apiKeys),
    config.rateLimit > 0 && rateLimit(config.rateLimit, clock),
    bodyLimit(config.limits, config.bodyTimeoutMs),
  ];
  return { middleware: middleware.filter((part) => !!part), admission };
}
