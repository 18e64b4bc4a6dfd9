import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onError } from './errors.ts';
import { bodyLimit } from './limits.ts';

const KIB = 1024;

/** An application that reads bodies whole, as JSON, or not at all, and counts what came through. */
function appWith(limits: { bodyBytes: number; videoBytes: number }, timeoutMs = 5000) {
  const seen = { bytes: 0 };
  const app = new Hono();
  app.onError(onError);
  app.use(bodyLimit(limits, timeoutMs));
  app.post('/v2/infer', async (c) => {
    seen.bytes = (await c.req.arrayBuffer()).byteLength;
    return c.json({ bytes: seen.bytes });
  });
  app.post('/v1/predict', async (c) => {
    for await (const chunk of c.req.raw.body!) seen.bytes += chunk.byteLength;
    return c.json({ bytes: seen.bytes });
  });
  app.post('/careless', async (c) => {
    try {
      return c.json(await c.req.json());
    } catch {
      return c.json({ error: 'no JSON' }, 400);
    }
  });
  app.post('/lazy', (c) => c.json({}));
  return { app, seen };
}

/** Chunks of 1 KiB, without a length: as many as are asked for, one every `everyMs`. */
function chunked(count: number, everyMs = 0) {
  const sent = { chunks: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (everyMs) await new Promise((resolve) => setTimeout(resolve, everyMs));
        if (sent.chunks === count) return controller.close();
        sent.chunks++;
        controller.enqueue(new Uint8Array(KIB).fill(32));
      },
      cancel() {
        sent.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { sent, init: { method: 'POST', body, duplex: 'half' } as RequestInit };
}

const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error;

test('a body up to the limit passes, whole and in chunks', async () => {
  const { app, seen } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB });
  const whole = await app.request('/v2/infer', { method: 'POST', body: new Uint8Array(8 * KIB) });
  assert.is(whole.status, 200);
  assert.is(seen.bytes, 8 * KIB);
  const { init } = chunked(8);
  assert.equal(await (await app.request('/v2/infer', init)).json(), { bytes: 8 * KIB });
  assert.is((await app.request('/v2/infer', { method: 'POST' })).status, 200, 'no body at all');
});

test('a body that announces more is refused before any of it is read', async () => {
  const { app, seen } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB });
  const { init, sent } = chunked(9);
  const response = await app.request('/v2/infer', { ...init, headers: { 'content-length': `${9 * KIB}` } });
  assert.is(response.status, 413);
  assert.is(await errorOf(response), 'reading the body: got 9216 bytes, need at most 8192');
  assert.is(sent.chunks, 0);
  assert.is(seen.bytes, 0);
});

test('a chunked body that never ends is cut at the limit', async () => {
  const { app } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB });
  for (const [path, most] of [
    ['/v2/infer', 8],
    ['/v1/predict', 32],
  ] as const) {
    const { init, sent } = chunked(Infinity);
    const response = await app.request(path, init);
    assert.is(response.status, 413, path);
    assert.is(response.headers.get('connection'), 'close');
    assert.match(await errorOf(response), new RegExp(`need at most ${most * KIB}$`));
    assert.ok(sent.chunks <= most + 2, `${sent.chunks} chunks were taken`);
    assert.ok(sent.cancelled);
  }
});

test('a route that takes the cut for bad JSON does not hide it', async () => {
  const { app } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB });
  const response = await app.request('/careless', chunked(Infinity).init);
  assert.is(response.status, 413);
  const bad = await app.request('/careless', { method: 'POST', body: '{' });
  assert.is(bad.status, 400, 'and real bad JSON stays what it is');
});

test('a body that trickles is 408 after the time that its bytes bought', async () => {
  const { app } = appWith({ bodyBytes: 1024 * KIB, videoBytes: 1024 * KIB }, 150);
  const { init, sent } = chunked(Infinity, 100);
  const since = performance.now();
  const response = await app.request('/v2/infer', init);
  assert.is(response.status, 408);
  assert.match(await errorOf(response), /^reading the body: got \d+ bytes in \d\.\d s, need 16384 a second$/);
  assert.ok(performance.now() - since >= 150);
  assert.ok(sent.chunks >= 1);
});

test('a body that stops coming is 408', async () => {
  const { app } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB }, 50);
  const body = new ReadableStream({ pull: () => new Promise(() => {}) });
  const response = await app.request('/v2/infer', { method: 'POST', body, duplex: 'half' } as RequestInit);
  assert.is(response.status, 408);
});

test('a short body that announces its length is read before the route has it, in time or not at all', async () => {
  const { app, seen } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB }, 200);
  const sized = (init: RequestInit, length: number) =>
    app.request('/v2/infer', { ...init, headers: { 'content-length': `${length}` } });
  assert.is((await sized({ method: 'POST', body: new Uint8Array(2 * KIB) }, 2 * KIB)).status, 200);
  assert.is(seen.bytes, 2 * KIB);
  const stuck = new ReadableStream({ pull: () => new Promise(() => {}) });
  const late = await sized({ method: 'POST', body: stuck, duplex: 'half' } as RequestInit, 2 * KIB);
  assert.is(late.status, 408);
  assert.is(late.headers.get('connection'), 'close');
  assert.is(await errorOf(late), 'reading the body: 0.3 s were not enough for 2048 bytes, need 16384 a second');
  const breaking = new ReadableStream({ pull: (controller) => controller.error(new Error('ECONNRESET')) });
  const broken = await sized({ method: 'POST', body: breaking, duplex: 'half' } as RequestInit, 2 * KIB);
  assert.is(broken.status, 400);
  assert.is(await errorOf(broken), 'reading the body: it broke off before its 2048 bytes were there');
});

test('a slow reader is not held against the client', async () => {
  const app = new Hono();
  app.onError(onError);
  app.use(bodyLimit({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB }, 60));
  app.post('/v1/predict', async (c) => {
    let bytes = 0;
    for await (const chunk of c.req.raw.body!) {
      bytes += chunk.byteLength;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    return c.json({ bytes });
  });
  assert.equal(await (await app.request('/v1/predict', chunked(6).init)).json(), { bytes: 6 * KIB });
});

test('a connection that breaks off is 400, a length that is none too', async () => {
  const { app } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB });
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error('ECONNRESET'));
    },
  });
  const broken = await app.request('/v2/infer', { method: 'POST', body, duplex: 'half' } as RequestInit);
  assert.is(broken.status, 400);
  assert.match(await errorOf(broken), /broke off after 0 bytes/);
  const lying = { method: 'POST', headers: { 'content-length': '1e9' }, body: 'x' };
  assert.is((await app.request('/v2/infer', lying)).status, 400);
});

test('a body that nobody reads is nobody’s business', async () => {
  const { app } = appWith({ bodyBytes: 8 * KIB, videoBytes: 32 * KIB });
  assert.is((await app.request('/lazy', chunked(1).init)).status, 200);
});

test.run();
