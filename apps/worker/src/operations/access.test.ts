import { Hono, type MiddlewareHandler } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmission } from './admission.ts';
import { cors } from './cors.ts';
import { onError } from './errors.ts';
import { lifetime } from './lifetime.ts';
import { localOnly } from './local-only.ts';
import { rateLimit } from './rate-limit.ts';
import { validUrl } from './valid-url.ts';

function appWith(...middleware: MiddlewareHandler[]): Hono {
  const app = new Hono();
  app.onError(onError);
  for (const handler of middleware) app.use(handler);
  app.get('/v2/health/ready', (c) => c.json({ ready: true }));
  app.get('/v2/models', (c) => c.json({ models: [] }));
  app.post('/raw', () => new Response('x', { headers: { 'Inference-Header-Content-Length': '1' } }));
  return app;
}

test('a page of an origin that is named may call, with and read, what the binary form needs', async () => {
  const app = appWith(cors(['https://a.org', 'https://b.org'])!);
  const headers = { origin: 'https://b.org' };
  const preflight = await app.request('/raw', {
    method: 'OPTIONS',
    headers: {
      ...headers,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'inference-header-content-length',
    },
  });
  assert.is(preflight.status, 204);
  assert.is(preflight.headers.get('access-control-allow-origin'), 'https://b.org');
  for (const name of ['Inference-Header-Content-Length', 'Content-Type', 'Authorization']) {
    assert.match(preflight.headers.get('access-control-allow-headers')!, name);
  }
  const answer = await app.request('/raw', { method: 'POST', headers });
  assert.is(answer.headers.get('access-control-allow-origin'), 'https://b.org');
  for (const name of ['Inference-Header-Content-Length', 'Retry-After', 'X-Request-Id']) {
    assert.match(answer.headers.get('access-control-expose-headers')!, name);
  }
  const other = await app.request('/raw', { method: 'POST', headers: { origin: 'https://evil.org' } });
  assert.is(other.headers.get('access-control-allow-origin'), null);
  assert.is(cors([]), null);
});

test('errors can be read by pages too', async () => {
  const app = appWith(cors(['*'])!, () => {
    throw new TypeError('broken');
  });
  const answer = await app.request('/raw', { method: 'POST', headers: { origin: 'https://a.org' } });
  assert.is(answer.status, 500);
  assert.is(answer.headers.get('access-control-allow-origin'), '*');
});

test('a Host that makes no address is 400, before anything parses it', async () => {
  const app = appWith(validUrl(), localOnly([]));
  const url = { value: 'http://127.0.0.1:99999999/raw' };
  const headers = { host: '127.0.0.1:99999999' };
  const request = Object.defineProperty(new Request('http://127.0.0.1/raw', { method: 'POST', headers }), 'url', {
    ...url,
  });
  const response = await app.fetch(request);
  assert.is(response.status, 400);
  assert.match(((await response.json()) as { error: string }).error, /^Host: got .*, need a name or an address/);
  assert.is((await app.request('http://127.0.0.1:65535/raw', { method: 'POST' })).status, 200);
});

test('a server without keys takes what this machine sends, and no web site’s posts', async () => {
  const app = appWith(localOnly(['https://named.org']));
  const post = (url: string, headers: HeadersInit = {}) => app.request(url, { method: 'POST', headers });
  for (const url of ['http://localhost:8000/raw', 'http://127.0.0.1:8000/raw', 'http://[::1]:8000/raw']) {
    assert.is((await post(url)).status, 200, url);
    assert.is((await post(url, { origin: new URL(url).origin })).status, 200, 'its own page');
    assert.is((await post(url, { origin: 'https://named.org' })).status, 200);
    for (const origin of ['https://evil.org', 'null', 'http://localhost:9999']) {
      const refused = await post(url, { origin });
      assert.is(refused.status, 403, origin);
      assert.match(((await refused.json()) as { error: string }).error, /MOVT_CORS_ORIGINS/);
    }
  }
  const rebound = await post('http://evil.org:8000/raw', { origin: 'http://evil.org:8000' });
  assert.is(rebound.status, 403);
  assert.match(((await rebound.json()) as { error: string }).error, /MOVT_API_KEYS/);
});

test('a key has its requests a minute, and no other’s', async () => {
  let now = 0;
  const asKey: MiddlewareHandler = async (c, next) => {
    c.set('keyId', c.req.header('x-api-key'));
    await next();
  };
  const app = appWith(
    asKey,
    rateLimit(3, () => now),
  );
  const ask = (key: string) => app.request('/v2/models', { headers: { 'x-api-key': key } });
  for (const remaining of [2, 1, 0]) {
    const response = await ask('a');
    assert.is(response.status, 200);
    assert.is(response.headers.get('ratelimit'), `limit=3, remaining=${remaining}, reset=60`);
  }
  now = 20_500;
  const refused = await ask('a');
  assert.is(refused.status, 429);
  assert.is(refused.headers.get('retry-after'), '40');
  assert.is((await ask('b')).status, 200);
  assert.is(
    (await app.request('/v2/health/ready', { headers: { 'x-api-key': 'a' } })).status,
    200,
    'health is not counted',
  );
  now = 60_000;
  assert.is((await ask('a')).status, 200);
});

test('a closed server answers what it let in, and no more work', async () => {
  const admission = createAdmission();
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const app = appWith(lifetime(), admission.middleware);
  app.post('/slow', async (c) => {
    await held;
    return c.json({ done: true });
  });
  app.post('/events', () => {
    const stream = new ReadableStream({
      async pull(controller) {
        await held;
        controller.enqueue(new TextEncoder().encode('event: answer\n\n'));
        controller.close();
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  });
  const slow = app.request('/slow', { method: 'POST' });
  const events = await app.request('/events', { method: 'POST' });
  assert.is(admission.inFlight, 2);

  let isDrained = false;
  const drained = admission.close().then(() => {
    isDrained = true;
  });
  const refused = await app.request('/raw', { method: 'POST' });
  assert.is(refused.status, 503);
  assert.is(refused.headers.get('retry-after'), '1');
  assert.is(refused.headers.get('connection'), 'close');
  assert.is((await app.request('/v2/health/ready')).status, 200, 'asking goes on');
  assert.not.ok(isDrained);

  release();
  assert.equal(await (await slow).json(), { done: true });
  assert.is(admission.inFlight, 1, 'a stream counts until its end');
  assert.is(await events.text(), 'event: answer\n\n');
  await drained;
  assert.is(admission.inFlight, 0);
  await createAdmission().close();
});

test('a stream that its client gave up is over', async () => {
  const admission = createAdmission();
  const app = appWith(lifetime(), admission.middleware);
  let cancelled = false;
  app.post('/events', () => {
    const stream = new ReadableStream({
      pull: () => new Promise(() => {}),
      cancel() {
        cancelled = true;
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  });
  const response = await app.request('/events', { method: 'POST' });
  assert.is(admission.inFlight, 1);
  await response.body!.cancel();
  assert.ok(cancelled);
  assert.is(admission.inFlight, 0);
});

test.run();
