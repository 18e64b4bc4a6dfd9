import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accessLog } from './access-log.ts';
import { onError } from './errors.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { lifetime } from './lifetime.ts';
import { startTracing } from './tracing.ts';

interface Span {
  traceId: string;
  parentSpanId?: string;
  name: string;
  status: { code?: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

test('spans reach a collector, named by route, children of the client’s, and the log names their trace', async () => {
  const spans: Span[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      assert.is(request.url, '/v1/traces');
      for (const { scopeSpans } of JSON.parse(body).resourceSpans) {
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;

  const tracing = await startTracing('1.2.3', false);
  const lines: { trace?: string; path: string }[] = [];
  const app = new Hono();
  app.onError(onError);
  app.use(lifetime());
  app.use(
    accessLog({ log: (line) => lines.push(line as (typeof lines)[0]), metrics: createHttpMetrics(), clock: () => 0 }),
  );
  app.use(tracing.middleware);
  app.get('/v2/models/:model', (c) => c.json({}));
  app.get('/v2/health/live', (c) => c.json({}));
  app.get('/broken', () => {
    throw new TypeError('broken');
  });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await app.request('/v2/models/movt', { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  await app.request('/v2/health/live');
  assert.is((await app.request('/broken')).status, 500);
  await tracing.shutdown();
  collector.close();

  assert.is(spans.length, 2, 'health is not traced');
  const [model, broken] = spans;
  assert.is(model.name, 'GET /v2/models/:model');
  assert.is(model.traceId, traceId);
  assert.is(model.parentSpanId, 'b7ad6b7169203331');
  assert.is(broken.status.code, 2, 'an error');
  assert.is(lines.find(({ path }) => path === '/v2/models/movt')!.trace, traceId);
  assert.is(lines.find(({ path }) => path === '/broken')!.trace, broken.traceId);
});

test.run();
