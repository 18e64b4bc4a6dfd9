import { DeviceLostError, MovtError } from '@movt/kernels';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { accessLog } from './access-log.ts';
import { onError } from './errors.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { lifetime } from './lifetime.ts';
import { requestId } from './request-id.ts';

interface Line {
  level: string;
  id: string;
  status: number;
  route: string;
  error?: string;
  stack?: string;
}

/** What a client gets, and what the log does, where a route throws this. */
async function thrown(error: unknown, init?: RequestInit) {
  const lines: Line[] = [];
  const app = new Hono();
  app.onError(onError);
  app.use(lifetime());
  app.use(requestId());
  app.use(accessLog({ log: (line) => lines.push(line as Line), metrics: createHttpMetrics(), clock: () => 0 }));
  app.get('/fail/:what', () => {
    throw error;
  });
  const response = await app.request('/fail/now?secret=1', init);
  assert.is(lines.length, 1);
  return { response, body: (await response.json()) as { error: string }, line: lines[0] };
}

test('a refusal is answered with its status and its words, in the protocol’s form', async () => {
  const { response, body, line } = await thrown(new Refusal(422, 'input x: got shape [1],\n need [1,2]'));
  assert.is(response.status, 422);
  assert.is(response.headers.get('content-type'), 'application/json');
  assert.equal(body, { error: 'input x: got shape [1], need [1,2]' });
  assert.is(response.headers.get('retry-after'), null);
  assert.is(line.level, 'warn');
  assert.is(line.route, '/fail/:what');
  assert.is(line.stack, undefined);
  assert.is(line.id, response.headers.get('x-request-id'));
});

test('Retry-After is whole seconds, one at least', async () => {
  for (const [seconds, header] of [
    [0.01, '1'],
    [2.2, '3'],
    [5, '5'],
  ] as const) {
    const { response } = await thrown(new Refusal(503, 'the queue is full', seconds));
    assert.is(response.status, 503);
    assert.is(response.headers.get('retry-after'), header);
  }
});

test('errors of ours have the status that fits them', async () => {
  for (const [error, status] of [
    [new MovtError('bad_input', 'reading x: got 1, need 2.'), 400],
    [new MovtError('limit_exceeded', 'got 9 frames, need at most 8.'), 413],
    [new MovtError('not_finite', 'clip 0 holds NaN'), 422],
    [new DeviceLostError('running', 'destroyed', ''), 503],
    [new HTTPException(400, { message: 'Malformed JSON in request body' }), 400],
  ] as const) {
    const { response, body } = await thrown(error);
    assert.is(response.status, status);
    if (status < 500) assert.is(body.error, error.message);
  }
});

test('what nobody foresaw shows nothing of itself, and its stack is in the log under the same id', async () => {
  const foreseenNot = [
    new TypeError('secret: /srv/keys'),
    new MovtError('gpu_validation', 'secret'),
    new HTTPException(500),
  ];
  for (const error of foreseenNot) {
    const { response, body, line } = await thrown(error);
    assert.is(response.status, 500);
    assert.not.match(JSON.stringify(body), /secret|srv/);
    assert.ok(body.error.includes(response.headers.get('x-request-id')!));
    assert.is(line.level, 'error');
    assert.is(line.error, error.message);
    assert.match(line.stack!, /errors\.test|Error/);
  }
});

test('a client that left is 499, and nothing of ours', async () => {
  const left = AbortSignal.abort();
  const { response, line } = await thrown(new TypeError('the stream was cut'), { signal: left });
  assert.is(response.status, 499);
  assert.is(line.level, 'warn');
  assert.is(line.stack, undefined);
});

test('a message that quotes a megabyte is cut', async () => {
  const { body } = await thrown(new Refusal(400, 'x'.repeat(1e6)));
  assert.ok(body.error.length < 1100);
});

test('ids are echoed where they are fit for a log, else made', async () => {
  for (const id of ['abc-1.2:3=', 'A'.repeat(128)]) {
    const { response } = await thrown(new Refusal(404, 'no'), { headers: { 'x-request-id': id } });
    assert.is(response.headers.get('x-request-id'), id);
  }
  for (const id of ['A'.repeat(129), 'a b', '{"x":1}']) {
    const { response } = await thrown(new Refusal(404, 'no'), { headers: { 'x-request-id': id } });
    assert.match(response.headers.get('x-request-id')!, /^[\da-f-]{36}$/);
  }
});

test.run();
