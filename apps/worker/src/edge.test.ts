import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { createWorker } from './edge.ts';
import { drawClip, openService, tinyCheckpoint } from './serving/service-for-tests.ts';

const FILE = 'dist/worker-edge.mjs';
/** What it is, and a fifth more to grow. */
const MOST = { bytes: 116_000, gzipped: 41_000 };

test('the edge bundle is one small file that imports nothing', () => {
  const bundle = readFileSync(FILE);
  const text = bundle.toString();
  const { length: gzipped } = gzipSync(bundle);
  console.log(`${FILE}: ${bundle.length} bytes, ${gzipped} gzipped`);
  assert.ok(bundle.length <= MOST.bytes, `got ${bundle.length} bytes, need at most ${MOST.bytes}`);
  assert.ok(gzipped <= MOST.gzipped, `got ${gzipped} bytes gzipped, need at most ${MOST.gzipped}`);
  assert.not.match(text, /["'`]node:|\brequire\(|\bDeno\.|from\s*["'][^"']+["']|\bimport\(/);
  assert.not.match(text, /@compute/, 'no kernel is in it');
});

test('it serves a model that somebody else runs', async () => {
  const edge = (await import(pathToFileURL(resolve(FILE)).href)) as { createWorker: typeof createWorker };
  const { service } = await openService(new Map([['tiny/1', tinyCheckpoint(1)]]));
  await service.started;
  const lines: object[] = [];
  const key = '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683'; // of "key"
  const worker = edge.createWorker({ service, env: { MOVT_API_KEYS: key }, log: (line) => lines.push(line) });
  const infer = (headers: HeadersInit) => {
    const { data, T, N } = drawClip(1, 4, 3);
    const inputs = [{ name: 'tracks', datatype: 'FP32', shape: [1, T, N, 3], data: [...data] }];
    const url = 'https://edge.example.org/v2/models/tiny/infer';
    return worker.fetch(new Request(url, { method: 'POST', headers, body: JSON.stringify({ inputs }) }));
  };
  assert.is((await infer({})).status, 401);
  const answer = await infer({ authorization: 'Bearer key' });
  assert.is(answer.status, 200);
  const { outputs } = (await answer.json()) as { outputs: { shape: number[] }[] };
  assert.equal(outputs[0].shape, [1, 5]);
  assert.is(lines.length, 2);
  assert.throws(() => edge.createWorker({ service, env: { MOVT_MAX_BATCH: '0' } }), /MOVT_MAX_BATCH: got "0"/);
  await service.destroy();
});

test.run();
