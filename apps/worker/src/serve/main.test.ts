import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import process from 'node:process';
import { Hono } from 'hono';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onError } from '../operations/errors.ts';
import { Refusal } from '../refusal.ts';
import type { Service } from '../service.ts';
import { listenDeno } from './listen-deno.ts';
import { listenNode } from './listen-node.ts';
import { type Assemble, main } from './main.ts';

// A real server in a process of its own, which this same file becomes there. What it serves is slow on purpose.

const onDeno = 'Deno' in globalThis;

/** A service that answers after SLOW_MS, with HOLD not before SIGTERM; it is made in START_MS; its models can be loaded anew once. */
const slow: Assemble = async () => ({
  async makeService() {
    await pause(Number(process.env.START_MS ?? 0));
    if (process.env.START_FAILS) throw new Refusal(400, 'no checkpoint');
    let state = 'ready';
    let reloads = 0;
    const told = new Promise((resolve) => process.once('SIGTERM', resolve));
    const models = [{ name: 'movt', version: '1', state: 'READY', reason: '' }];
    return {
      get state() {
        return state;
      },
      adapter: 'none',
      models: () => models,
      statistics: () => [],
      gpuBytes: () => 0,
      started: Promise.resolve(),
      async reload() {
        if (reloads++ > 0) throw new Refusal(400, 'the folder is gone');
      },
      async infer() {
        if (process.env.HOLD) await told;
        await pause(Number(process.env.SLOW_MS ?? 0));
        if (state === 'stopped') throw new Error('asked after its end');
        return { outputs: [] };
      },
      async drain() {},
      async destroy() {
        state = 'stopped';
      },
    } as unknown as Service;
  },
  makeApp(service, { middleware }) {
    const app = new Hono();
    app.onError(onError);
    for (const handler of middleware) app.use(handler);
    app.get('/v2/health/live', (c) => c.json({ live: true }));
    app.get('/v2/health/ready', (c) => c.json({ state: service.state }, service.state === 'ready' ? 200 : 503));
    app.post('/v2/infer', async (c) => {
      const { byteLength } = await c.req.arrayBuffer();
      await service.infer({ model: 'movt', clips: [], features: false, deadline: Infinity });
      return c.json({ byteLength });
    });
    return { app };
  },
});

if (process.argv[2] === 'serve') {
  process.argv.length = 2;
  await main(onDeno ? listenDeno : listenNode, slow);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Worker {
  child: ChildProcess;
  url: string;
  lines: Record<string, unknown>[];
  exit: Promise<number | null>;
  errors: () => string;
  /** Resolves once the log has a line of this event. */
  event(name: string): Promise<Record<string, unknown>>;
}

async function start(env: Record<string, string>, event = 'started'): Promise<Worker> {
  const file = new URL(import.meta.url).pathname;
  const flags = 'run -A --no-prompt --no-lock --node-modules-dir=manual --cached-only --no-remote'.split(' ');
  const child = spawn(process.execPath, [...(onDeno ? flags : []), file, 'serve'], {
    env: { ...process.env, MOVT_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    for (const part of parts) lines.push(JSON.parse(part));
  });
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  const worker: Worker = {
    child,
    lines,
    exit,
    url: '',
    errors: () => errors,
    async event(name) {
      for (;;) {
        const line = lines.find(({ event }) => event === name);
        if (line) return line;
        if (ended) throw new Error(`it ended without ${name}: ${errors}${JSON.stringify(lines)}`);
        await pause(20);
      }
    },
  };
  if (event) {
    worker.url = (await worker.event('listening')).url as string;
    await worker.event(event);
  }
  return worker;
}

const post = (url: string) => fetch(`${url}/v2/infer`, { method: 'POST', body: 'x'.repeat(1000) });

/** Resolves once the server has the heads of so many requests. */
async function accepts(url: string, count: number): Promise<void> {
  for (const end = performance.now() + 30_000; performance.now() < end; await pause(20)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const inProgress = Number(text.match(/^http_requests_in_progress (\d+)$/m)![1]);
    if (inProgress === count + 1) return; // with the one that asks
  }
  throw new Error(`it did not take ${count} requests in 30 s`);
}

test('SIGTERM: not ready at once, every accepted request answered, then the end', async () => {
  const { child, url, exit, lines, event } = await start({ HOLD: '1', SLOW_MS: '3000' });
  const accepted = Array.from({ length: 24 }, () => post(url));
  await accepts(url, 24);
  process.kill(child.pid!, 'SIGTERM');
  await event('draining');
  const ready = await fetch(`${url}/v2/health/ready`);
  assert.is(ready.status, 503);
  assert.equal(await ready.json(), { state: 'draining' });
  assert.is((await fetch(`${url}/v2/health/live`)).status, 200);
  const late = await post(url);
  assert.is(late.status, 503);
  assert.is(late.headers.get('retry-after'), '1');
  assert.match(await late.text(), /shutting down/);
  for (const response of await Promise.all(accepted)) {
    assert.is(response.status, 200);
    assert.equal(await response.json(), { byteLength: 1000 });
  }
  assert.is(await exit, 0);
  assert.is(lines.filter(({ event, status }) => event === 'request' && status === 200).length, 24);
  assert.is(lines.at(-1)!.event, 'stopped');
});

test('what is not answered in MOVT_DRAIN_MS is cut, and the exit code says so', async () => {
  const { child, url, exit, event } = await start({ SLOW_MS: '60000', MOVT_DRAIN_MS: '200' });
  const cut = post(url).then(
    () => 'answered',
    () => 'cut',
  );
  await accepts(url, 1);
  process.kill(child.pid!, 'SIGINT');
  assert.is((await event('drain timed out')).inFlight, 1);
  assert.is(await exit, 1);
  assert.is(await cut, 'cut');
});

test('it listens before its models are there, and can be stopped before', async () => {
  const { child, url, exit } = await start({ START_MS: '60000' }, 'listening');
  assert.is((await fetch(`${url}/v2/health/live`)).status, 200);
  const ready = await fetch(`${url}/v2/health/ready`);
  assert.is(ready.status, 503);
  assert.equal(await ready.json(), { state: 'starting' });
  const early = await post(url);
  assert.is(early.status, 503);
  assert.ok(Number(early.headers.get('retry-after')) >= 1);
  process.kill(child.pid!, 'SIGTERM');
  assert.is(await exit, 0);
});

test('a service that cannot be made ends the process', async () => {
  const { exit, errors } = await start({ START_FAILS: '1' }, '');
  assert.is(await exit, 2);
  assert.is(errors(), 'worker: no checkpoint\n');
});

test('SIGHUP loads all models anew, and goes on where that fails', async () => {
  const { child, url, exit, event } = await start({});
  process.kill(child.pid!, 'SIGHUP');
  assert.equal((await event('reloaded')).models, ['movt/1 READY']);
  process.kill(child.pid!, 'SIGHUP');
  assert.is((await event('not reloaded')).error, 'the folder is gone');
  assert.is((await post(url)).status, 200);
  process.kill(child.pid!, 'SIGTERM');
  assert.is(await exit, 0);
});

test('a mistake in the environment, or a port that is taken, is one line and exit code 2', async () => {
  const { child, url, exit } = await start({});
  for (const [env, message] of [
    [{ MOVT_PORT: 'x' }, /^worker: reading MOVT_PORT: got "x", need a whole number of 0 to 65535\.\n$/],
    [{ MOVT_HOST: '0.0.0.0' }, /^worker: listening on 0\.0\.0\.0: got no API key, need .*\n$/],
    [
      { MOVT_PORT: new URL(url).port },
      /^worker: listening on 127\.0\.0\.1, port \d+: got another program listens there.*\n$/,
    ],
  ] as const) {
    const wrong = await start(env, '');
    assert.is(await wrong.exit, 2);
    assert.match(wrong.errors(), message);
  }
  process.kill(child.pid!, 'SIGTERM');
  assert.is(await exit, 0);
});

/** What the server answers to raw bytes: an upload in chunks of 64 KiB that goes on until somebody hangs up. */
function upload(url: string, chunkEveryMs: number): Promise<{ status: number; sent: number }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    let sent = 0;
    const size = chunkEveryMs ? 16 : 65536;
    const chunk = Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size), Buffer.from('\r\n')]);
    let timer: ReturnType<typeof setTimeout>;
    const send = () => {
      if (socket.destroyed || answer) return;
      sent += size;
      socket.write(chunk, () => {
        timer = setTimeout(send, chunkEveryMs);
      });
    };
    socket.write('POST /v2/infer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
      // Told to close, a client does; Node's server does not wait for that, Deno's does.
      if (onDeno && /\r\nconnection: close\r\n/i.test(answer)) socket.destroy();
    });
    socket.on('error', () => {}); // hung up while we were sending
    socket.on('close', () => {
      clearTimeout(timer);
      const status = answer.match(/^HTTP\/1\.1 (\d+)/);
      if (status) resolve({ status: Number(status[1]), sent });
      else reject(new Error(`closed without an answer: ${answer}`));
    });
    send();
  });
}

test('over the wire: an endless body is 413, a trickle 408, and neither keeps its connection', async () => {
  const { child, url, exit } = await start({ MOVT_MAX_BODY_BYTES: '1048576', MOVT_BODY_TIMEOUT_MS: '300' });
  const endless = await upload(url, 0);
  assert.is(endless.status, 413);
  assert.ok(endless.sent < 64 * 2 ** 20, `${endless.sent} bytes were taken`);
  assert.is((await upload(url, 100)).status, 408);
  assert.is((await post(url)).status, 200, 'and it goes on');
  process.kill(child.pid!, 'SIGTERM');
  assert.is(await exit, 0);
});

test.run();
