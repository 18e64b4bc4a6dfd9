import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apiKeys } from './api-keys.ts';
import { onError } from './errors.ts';

const sumOf = (key: string) => createHash('sha256').update(key).digest('hex');

function appWith(...keys: string[]): Hono {
  const app = new Hono();
  app.onError(onError);
  app.use(apiKeys(keys.map(sumOf)));
  app.all('*', (c) => c.json({ key: c.get('keyId') ?? null }));
  return app;
}

test('each of several keys opens, in either header, and is known by its sum', async () => {
  const app = appWith('first', 'second key with spaces'.replaceAll(' ', '-'), 'third');
  for (const key of ['first', 'second-key-with-spaces', 'third']) {
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer ${key}` },
      { 'x-api-key': key },
    ]) {
      const response = await app.request('/v2/models/movt/infer', { method: 'POST', headers: headers as HeadersInit });
      assert.is(response.status, 200);
      assert.equal(await response.json(), { key: sumOf(key).slice(0, 8) });
    }
  }
});

test('no key, a wrong one, a sum or a part of a key do not', async () => {
  const app = appWith('first', 'second');
  for (const headers of [
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'Bearer firs' },
    { authorization: `Bearer ${sumOf('first')}` },
    { authorization: 'Basic first' },
    { authorization: 'Bearer ' },
    { authorization: `Bearer ${'x'.repeat(2000)}` },
    { 'x-api-key': 'First' },
  ]) {
    const response = await app.request('/v2/models', { headers: headers as HeadersInit });
    assert.is(response.status, 401);
    assert.is(response.headers.get('content-type'), 'application/json');
    assert.is(response.headers.get('www-authenticate'), 'Bearer');
    assert.match(((await response.json()) as { error: string }).error, /API key/);
  }
});

test('health, server metadata, the page, documents and metrics are open; whatever changes something is not', async () => {
  const app = appWith('key');
  for (const path of [
    '/',
    '/v2',
    '/v2/',
    '/v2/health/live',
    '/v2/health/ready',
    '/metrics',
    '/openapi.json',
    '/docs',
    '/page.js',
  ]) {
    assert.is((await app.request(path)).status, 200, path);
    assert.is((await app.request(path, { method: 'HEAD' })).status, 200, path);
  }
  assert.is((await app.request('/v2/models', { method: 'OPTIONS' })).status, 200);
  for (const [method, path] of [
    ['GET', '/v2/models'],
    ['GET', '/v2/models/movt/'],
    ['HEAD', '/v2/models'],
    ['GET', '/v1/jobs/1'],
    ['GET', '/v2/healthy'],
    ['POST', '/v2/health/live'],
    ['POST', '/'],
    ['DELETE', '/v1/jobs/1'],
    ['GET', '/%76%32/models'],
  ]) {
    assert.is((await app.request(path, { method })).status, 401, `${method} ${path}`);
  }
});

test('without keys everything is open', async () => {
  assert.is((await appWith().request('/v2/models/movt/infer', { method: 'POST' })).status, 200);
});

test.run();
