import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { inferResponseSchema } from '../schemas/infer.ts';
import {
  modelConfigSchema,
  modelListSchema,
  modelMetadataSchema,
  modelReadySchema,
  statisticsSchema,
} from '../schemas/models.ts';
import {
  aliveSchema,
  errorSchema,
  indexSchema,
  liveSchema,
  loadSchema,
  readySchema,
  serverSchema,
} from '../schemas/server.ts';
import type { ServiceState } from '../service.ts';
import { smallApp } from '../testing/small-app.ts';
import { CLASSES, smallService } from '../testing/small-service.ts';

const service = await smallService();
const app = smallApp(service);

/** An answer with this status that is as its schema says. */
async function ask<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  { status = 200, method = 'GET', body }: { status?: number; method?: string; body?: string } = {},
): Promise<v.InferOutput<Schema>> {
  const response = await app.request(path, { method, ...(body !== undefined && { body }) });
  const json = await response.json();
  assert.is(response.status, status, `${path}: ${JSON.stringify(json)}`);
  assert.is(response.headers.get('content-type'), 'application/json', 'clients compare it as a whole');
  assert.ok(v.is(schema, json), `${path}: ${JSON.stringify(json)}`);
  return json as v.InferOutput<Schema>;
}

test('server: alive, live, ready, metadata; with and without a slash', async () => {
  assert.equal(await ask('/', aliveSchema), { status: 'alive' });
  for (const slash of ['', '/']) {
    assert.equal(await ask(`/v2/health/live${slash}`, liveSchema), { live: true });
    assert.equal(await ask(`/v2/health/ready${slash}`, readySchema), { ready: true });
    const { name, extensions } = await ask(`/v2${slash}`, serverSchema);
    assert.is(name, 'movt');
    assert.ok(extensions.includes('binary_tensor_data'));
    await ask(`/v2/models/movt${slash}`, modelMetadataSchema);
    await ask(`/v2/models/movt/versions/1/ready${slash}`, modelReadySchema);
  }
});

test('live, and not ready, while it starts, recovers, drains', async () => {
  for (const state of ['starting', 'recovering', 'draining', 'stopped'] satisfies ServiceState[]) {
    service.state = state;
    const { ready, error } = await ask('/v2/health/ready', readySchema, { status: 503 });
    assert.is(ready, false);
    assert.ok(error);
    assert.ok(Number((await app.request('/v2/health/ready')).headers.get('Retry-After')) > 0, 'Retry-After');
    assert.equal(await ask('/v2/health/live', liveSchema), { live: true });
  }
  service.state = 'ready';
});

test('models: list, metadata, ready, configuration', async () => {
  assert.equal(await ask('/v2/models', modelListSchema), { models: ['movt', 'values', 'video', 'broken'] });
  const metadata = await ask('/v2/models/movt', modelMetadataSchema);
  assert.equal(metadata.versions, ['1', '2']);
  assert.equal(metadata.inputs, [{ name: 'tracks', datatype: 'FP32', shape: [-1, -1, -1, 3] }]);
  assert.equal(
    metadata.outputs.map(({ name }) => name),
    ['logits', 'probabilities', 'features'],
  );
  assert.equal(await ask('/v2/models/movt/versions/1', modelMetadataSchema), metadata);

  assert.equal(await ask('/v2/models/movt/ready', modelReadySchema), { name: 'movt', ready: true });
  const broken = await ask('/v2/models/broken/ready', modelReadySchema, { status: 503 });
  assert.is(broken.ready, false);
  assert.match(broken.error!, /no checkpoint/);

  const config = await ask('/v2/models/movt/versions/2/config', modelConfigSchema);
  assert.is(config.max_batch_size, 32);
  assert.equal(config.input, [{ name: 'tracks', data_type: 'TYPE_FP32', dims: [-1, -1, 3] }]);
  assert.is(config.dynamic_batching.max_queue_delay_microseconds, 2000);
  assert.equal(JSON.parse(config.parameters.classes.string_value), CLASSES);
  const video = await ask('/v2/models/video/config', modelConfigSchema);
  assert.equal(video.input[0], { name: 'video', data_type: 'TYPE_UINT8', dims: [2, 16, 16, 3] });

  for (const suffix of ['', '/ready', '/config', '/stats', '/versions/9', '/versions/9/ready']) {
    const name = suffix.startsWith('/versions') ? 'movt' : 'other';
    assert.match((await ask(`/v2/models/${name}${suffix}`, errorSchema, { status: 404 })).error, name);
  }
});

test('statistics: of all models, of one, of a version', async () => {
  const data = [0.5, 0.25, 0, 0.5, 0.25, 1];
  const body = JSON.stringify({ inputs: [{ name: 'tracks', datatype: 'FP32', shape: [1, 2, 1, 3], data }] });
  for (let i = 0; i < 2; i++)
    await ask('/v2/models/movt/versions/1/infer', inferResponseSchema, { method: 'POST', body });
  const all = await ask('/v2/models/stats', statisticsSchema);
  assert.is(all.model_stats.length, 5);
  const [{ inference_count, execution_count, inference_stats, batch_stats }] = all.model_stats;
  assert.equal([inference_count, execution_count, inference_stats.success.count], [2, 2, 2]);
  const [{ batch_size, compute_infer }] = batch_stats;
  assert.equal([batch_size, compute_infer.count], [1, 2]);
  assert.ok(Number.isInteger(compute_infer.ns) && compute_infer.ns > 1000, `${compute_infer.ns}: whole nanoseconds`);
  const both = await ask('/v2/models/movt/stats', statisticsSchema);
  assert.equal(
    both.model_stats.map(({ version }) => version),
    ['1', '2'],
  );
  const one = await ask('/v2/models/movt/versions/1/stats', statisticsSchema);
  assert.equal(
    one.model_stats.map(({ name, version }) => `${name} ${version}`),
    ['movt 1'],
  );
});

test('repository: index, load, unload', async () => {
  const index = (body?: string) =>
    ask('/v2/repository/index', indexSchema, { method: 'POST', ...(body !== undefined && { body }) });
  const all = await index();
  assert.equal(all.at(-1), { name: 'broken', version: '1', state: 'UNAVAILABLE', reason: 'no checkpoint' });
  assert.is((await index('{"ready":true}')).length, all.length - 1);

  const models = '/v2/repository/models';
  await ask(`${models}/video/unload`, v.object({ unload: v.literal(true) }), {
    method: 'POST',
    body: '{"parameters":{"unload_dependents":false}}',
  });
  await ask('/v2/models/video', errorSchema, { status: 404 });
  await ask(`${models}/video/load/`, loadSchema, { method: 'POST' });
  await ask('/v2/models/video', modelMetadataSchema);

  await ask(`${models}/other/load`, errorSchema, { method: 'POST', status: 404 });
  await ask(`${models}/broken/load`, errorSchema, { method: 'POST', status: 400 });
  const override = '{"parameters":{"config":"{}"}}';
  assert.match(
    (await ask(`${models}/movt/load`, errorSchema, { method: 'POST', status: 400, body: override })).error,
    /config/,
  );
  await ask('/v2/repository/index', errorSchema, { method: 'POST', status: 400, body: '[' });
  await ask('/v2/repository/index', errorSchema, { method: 'POST', status: 413, body: ' '.repeat(70_000) });
});

test('routes of others: pages before the protocol, endpoints beside it', async () => {
  const pages = new Hono().get('/', (c, next) =>
    c.req.header('accept')?.includes('text/html') ? c.html('<p>page') : next(),
  );
  const extended = smallApp(service, {
    pages,
    schemas: { Alive: aliveSchema },
    endpoints: [
      {
        method: 'GET',
        path: '/v1/{thing}',
        tag: 'v1',
        summary: 'A thing',
        answers: { 200: { description: 'It.', content: { 'application/json': aliveSchema } } },
        handle: (c) => c.json({ status: c.req.param('thing') }),
      },
    ],
  });
  assert.is(await (await extended.request('/', { headers: { Accept: 'text/html,*/*' } })).text(), '<p>page');
  assert.equal(await (await extended.request('/')).json(), { status: 'alive' });
  assert.equal(await (await extended.request('/v1/alive')).json(), { status: 'alive' });
  const document = (await (await extended.request('/openapi.json')).json()) as { paths: Record<string, unknown> };
  assert.ok(document.paths['/v1/{thing}']);
});

test.after(() => service.destroy());
test.run();
