import type { MiddlewareHandler } from 'hono';
import { every } from 'hono/combine';
import './variables.ts';

/** Traces of requests, sent in batches to where OTEL_EXPORTER_OTLP_ENDPOINT says. */
export interface Tracing {
  readonly middleware: MiddlewareHandler;
  /** Sends what is left. */
  shutdown(): Promise<void>;
}

/**
 * Loads OpenTelemetry and begins to trace: a span a request, named by its method and route, a child of the client's own where it sent
 * `traceparent`. OTEL_SERVICE_NAME and the exporter's variables hold as OpenTelemetry defines them.
 *
 * @param provided the runtime exports by itself already (Deno with OTEL_DENO=true): no exporter is made
 */
export async function startTracing(version: string, provided: boolean): Promise<Tracing> {
  const { trace } = await import('@opentelemetry/api');
  const { httpInstrumentationMiddleware } = await import('@hono/otel');
  const provider = provided ? undefined : await startProvider();
  const noteTrace: MiddlewareHandler = async (c, next) => {
    c.set('traceId', trace.getActiveSpan()?.spanContext().traceId);
    await next();
  };
  const serviceName = globalThis.process?.env.OTEL_SERVICE_NAME ?? 'movt-worker';
  const traced = every(httpInstrumentationMiddleware({ serviceName, serviceVersion: version }), noteTrace);
  return {
    middleware: async (c, next) => (/^\/(metrics|v2\/health\/.*)$/.test(c.req.path) ? next() : traced(c, next)),
    shutdown: async () => await provider?.shutdown(),
  };
}

async function startProvider() {
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
  provider.register();
  return provider;
}
