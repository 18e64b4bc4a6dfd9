import { test } from 'uvu';
import * as assert from 'uvu/assert';
import page from './browser.bundle';
import { pageRoutes } from './routes.ts';

const MODEL = new Uint8Array([1, 2, 3, 4]);
const routes = pageRoutes({ model: async () => MODEL });
const html = { headers: { Accept: 'text/html,application/xhtml+xml' } };

test('the page is small: bytes until something is seen, and in all', () => {
  const bytes = (names: readonly string[]) =>
    page.files
      .filter(({ name }) => names.includes(name))
      .reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, page.html.length);
  const [seen, all] = [bytes(page.first), bytes(page.files.map(({ name }) => name))];
  console.log(`${seen} bytes until it is seen, ${all} in all`);
  assert.ok(seen < 90_000, `${seen} bytes`);
  assert.ok(all < 800_000, `${all} bytes`);
});

test('a browser gets the page, with everything forbidden but its own origin', async () => {
  const response = await routes.request('/', html);
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'text/html; charset=utf-8');
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, "default-src 'none'");
  assert.not.match(policy, /unsafe|https?:|\*/);
  const text = await response.text();
  const named = Array.from(text.matchAll(/(?:src|href)="(page\/[^"]+)"/g), ([, path]) => path);
  assert.is(named.length, 2);
  for (const path of named) {
    const file = await routes.request(`/${path}`);
    assert.is(file.status, 200, path);
    assert.match(file.headers.get('cache-control') ?? '', 'immutable');
    assert.ok((await file.text()).length > 1000);
  }
});

test('the page names nothing of another origin', () => {
  for (const { name, text } of [{ name: 'index.html', text: page.html }, ...page.files]) {
    const loads =
      text.match(/(?:src|href)=["']https?:|url\(\s*["']?https?:|import\(["']https?:|fetch\(["'`]https?:/g) ?? [];
    assert.equal(loads, [], name);
  }
});

test('who does not ask for HTML is left to the next handler', async () => {
  const app = pageRoutes({ model: null });
  app.get('/', (c) => c.json({ status: 'alive' }));
  assert.equal(await (await app.request('/')).json(), { status: 'alive' });
  assert.match(await (await app.request('/', html)).text(), '<!doctype html>');
});

test('what a browser has already is not sent again', async () => {
  for (const path of ['/', `/page/${page.first[0]}`, '/page/model.safetensors']) {
    const first = await routes.request(path, html);
    const etag = first.headers.get('etag')!;
    await first.arrayBuffer();
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await routes.request(path, { headers: { ...html.headers, 'If-None-Match': tag } });
      assert.is(again.status, 304, `${path} ${tag}`);
      assert.is(await again.text(), '');
    }
    const other = await routes.request(path, { headers: { ...html.headers, 'If-None-Match': '"other"' } });
    assert.is(other.status, 200);
    await other.arrayBuffer();
  }
});

test('text is packed for those who unpack it, and unpacks to the same', async () => {
  const path = `/page/${page.first[0]}`;
  const plain = await (await routes.request(path)).text();
  const packed = await routes.request(path, { headers: { 'Accept-Encoding': 'gzip, br' } });
  assert.is(packed.headers.get('content-encoding'), 'gzip');
  const unpacked = new Response(packed.body!.pipeThrough(new DecompressionStream('gzip')));
  assert.is(await unpacked.text(), plain);
});

test('HEAD tells whether the model is handed out, and which it is', async () => {
  const head = (app: typeof routes) => app.request('/page/model.safetensors', { method: 'HEAD' });
  const there = await head(routes);
  assert.is(there.status, 200);
  assert.is(await there.text(), '');
  const whole = await routes.request('/page/model.safetensors');
  await whole.arrayBuffer();
  assert.ok(there.headers.get('etag'));
  for (const name of ['etag', 'content-type', 'cache-control']) {
    assert.is(there.headers.get(name), whole.headers.get(name), name);
  }
  const missing = await head(pageRoutes({ model: null }));
  assert.is(missing.status, 404);
  assert.is(await missing.text(), '');
});

test('the model is handed out as it is now, or not at all', async () => {
  let bytes = MODEL;
  const app = pageRoutes({ model: async () => bytes });
  const first = await app.request('/page/model.safetensors');
  assert.equal(new Uint8Array(await first.arrayBuffer()), MODEL);
  bytes = new Uint8Array([5]);
  const second = await app.request('/page/model.safetensors');
  assert.equal(new Uint8Array(await second.arrayBuffer()), bytes);
  assert.is.not(first.headers.get('etag'), second.headers.get('etag'));

  const refused = await pageRoutes({ model: null }).request('/page/model.safetensors');
  assert.is(refused.status, 404);
  assert.match((await refused.json()).error, 'does not hand it out');
  assert.is((await routes.request('/page/other.js')).status, 404);
});

test.run();
