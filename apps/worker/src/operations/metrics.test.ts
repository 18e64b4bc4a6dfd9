import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Duration, ModelStatistics, Service } from '../service.ts';
import { accessLog } from './access-log.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { lifetime } from './lifetime.ts';
import { metricsPage } from './metrics.ts';
import { formatMetrics } from './prometheus.ts';

const duration = (count: number, ns: number): Duration => ({ count, ns });

const STATISTICS: ModelStatistics = {
  name: 'movt "x"\\',
  version: '2',
  lastInference: 1,
  inferenceCount: 11,
  executionCount: 4,
  pending: 3,
  success: duration(9, 5_000_500),
  fail: duration(2, 1000),
  queue: duration(9, 1_000_000),
  computeInput: duration(4, 2000),
  computeInfer: duration(4, 3_000_000),
  computeOutput: duration(4, 4000),
  batches: [
    { batchSize: 1, computeInfer: duration(2, 1) },
    { batchSize: 3, computeInfer: duration(1, 1) },
    { batchSize: 6, computeInfer: duration(1, 1) },
  ],
};

/** What a page of metrics reads of a service. */
const SERVICE = {
  state: 'ready',
  adapter: 'llvmpipe',
  statistics: () => [STATISTICS],
  gpuBytes: () => 4096,
} as unknown as Service;

/** Parsed by the rules of the text format: every sample belongs to a metric that was declared before it. */
function parse(text: string): Map<string, number> {
  const values = new Map<string, number>();
  let declared = '';
  for (const line of text.trimEnd().split('\n')) {
    const type = line.match(/^# TYPE (\w+) (counter|gauge|histogram)$/);
    if (type) declared = type[1];
    if (line.startsWith('#')) continue;
    const sample = line.match(/^(\w+)(\{(?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\S+)$/);
    assert.ok(sample, line);
    assert.ok(sample[1].startsWith(declared), line);
    assert.not.ok(values.has(sample[1] + (sample[2] ?? '')), `twice: ${line}`);
    values.set(sample[1] + (sample[2] ?? ''), Number(sample[3]));
  }
  return values;
}

function appWith() {
  const http = createHttpMetrics();
  let now = 0;
  const app = new Hono();
  app.use(lifetime());
  app.use(accessLog({ log: () => {}, metrics: http, clock: () => (now += 20) }));
  app.use(
    metricsPage(SERVICE, http, () => ({ residentBytes: 1e8, heapBytes: 1e7, cpuSeconds: 1.5, startTime: 1.7e9 })),
  );
  app.get('/v2/models/:model', (c) => c.json({}));
  return app;
}

test('metrics have the names and the labels that Triton’s dashboards ask for', async () => {
  const response = await appWith().request('/metrics');
  assert.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const values = parse(await response.text());
  const labels = '{model="movt \\"x\\"\\\\",version="2"}';
  for (const [name, value] of [
    ['nv_inference_request_success', 9],
    ['nv_inference_request_failure', 2],
    ['nv_inference_count', 11],
    ['nv_inference_exec_count', 4],
    ['nv_inference_pending_request_count', 3],
    ['nv_inference_request_duration_us', 5001],
    ['nv_inference_queue_duration_us', 1000],
    ['nv_inference_compute_input_duration_us', 2],
    ['nv_inference_compute_infer_duration_us', 3000],
    ['nv_inference_compute_output_duration_us', 4],
  ] as const) {
    assert.is(values.get(name + labels), value, name);
  }
  assert.is(values.get('nv_gpu_memory_used_bytes{gpu_uuid="llvmpipe"}'), 4096);
  assert.is(values.get('movt_service_state{state="ready"}'), 1);
  assert.is(values.get('movt_service_state{state="draining"}'), 0);
  assert.is(values.get('process_resident_memory_bytes'), 1e8);
  const batch = (le: string) => values.get(`movt_batch_size_bucket{model="movt \\"x\\"\\\\",version="2",le="${le}"}`);
  assert.equal([batch('1'), batch('2'), batch('4'), batch('8'), batch('+Inf')], [2, 2, 3, 4, 4]);
  assert.is(values.get(`movt_batch_size_sum${labels}`), 11);
});

test('requests are counted by route, not by path, and whatever a client invents is one label', async () => {
  const app = appWith();
  for (const path of ['/v2/models/a', '/v2/models/b', '/nowhere/1', '/nowhere/2']) await app.request(path);
  for (const method of ['BREW', 'WHEN']) await app.request('/nowhere', { method });
  const values = parse(await (await app.request('/metrics')).text());
  assert.is(values.get('http_requests_total{method="GET",route="/v2/models/:model",status="200"}'), 2);
  assert.is(values.get('http_requests_total{method="GET",route="none",status="404"}'), 2);
  assert.is(values.get('http_requests_total{method="other",route="none",status="404"}'), 2);
  assert.is(values.get('http_requests_in_progress'), 1, 'this one');
  const bucket = (le: string) =>
    values.get(`http_request_duration_seconds_bucket{method="GET",route="/v2/models/:model",status="200",le="${le}"}`);
  assert.equal([bucket('0.01'), bucket('0.025'), bucket('+Inf')], [0, 2, 2]);
});

test('help and labels cannot break a line', () => {
  const text = formatMetrics([
    { name: 'a', type: 'gauge', help: 'one\ntwo\\', samples: [{ labels: { x: 'b\n"c"' }, value: 1 }] },
  ]);
  assert.is(text, '# HELP a one\\ntwo\\\\\n# TYPE a gauge\na{x="b\\n\\"c\\""} 1\n');
});

test.run();
