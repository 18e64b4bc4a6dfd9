import type { MiddlewareHandler } from 'hono';
import type { Service } from '../service.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { modelMetrics } from './model-metrics.ts';
import { type ProcessStatistics, processMetrics } from './process-metrics.ts';
import { CONTENT_TYPE, formatMetrics } from './prometheus.ts';

/** Answers GET /metrics; all else goes on. */
export function metricsPage(service: Service, http: HttpMetrics, process?: () => ProcessStatistics): MiddlewareHandler {
  return async function metricsPage(c, next) {
    if (c.req.method !== 'GET' || !/^\/metrics\/?$/.test(c.req.path)) return next();
    const metrics = [...modelMetrics(service), ...http.collect(), ...(process ? processMetrics(process()) : [])];
    return c.text(formatMetrics(metrics), 200, { 'Content-Type': CONTENT_TYPE });
  };
}
