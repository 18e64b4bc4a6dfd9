import { createRandom, type Random } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LIMITS, smallApp } from '../testing/small-app.ts';
import { smallService } from '../testing/small-service.ts';
import { binaryRequest } from '../testing/wire.ts';

const service = await smallService();
const app = smallApp(service);
const REQUESTS = 3000;

const tensor = { name: 'tracks', datatype: 'FP32', shape: [1, 2, 1, 3] };
const good = {
  id: 'a',
  parameters: { binary_data_output: false, timeout: 1_000_000 },
  inputs: [{ ...tensor, data: [0.5, 0.25, 0, 0.5, 0.25, 1] }],
  outputs: [{ name: 'logits', parameters: { classification: 2 } }],
};

const pick = <T>(random: Random, choices: readonly T[]): T => choices[random.integer(0, choices.length - 1)];
const noise = (random: Random, longest: number) => Uint8Array.from(random.uniform(random.integer(0, longest), 0, 256));

/** What a hostile or careless client may put anywhere. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  '',
  '__proto__',
  'x'.repeat(5000),
  '\u0000\ud800\n',
  [],
  {},
  [[[[]]]],
  [null],
  [[1, 2], [3]],
  { toString: 1, constructor: 2, length: 1e9 },
  [2147483647, 2147483647, 2147483647, 3],
  [1, 2, 1, 3],
];

/** One place of a JSON value, replaced. */
function mutate(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.integer(0, 3) === 0) return pick(random, STRANGE);
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const keys = Object.keys(copy);
  if (keys.length === 0) return pick(random, STRANGE);
  const key = pick(random, keys);
  const entries = copy as Record<string, unknown>;
  if (random.integer(0, 5) === 0) delete entries[key];
  else entries[key] = mutate(random, entries[key]);
  return copy;
}

/** Text of JSON, cut off or with bytes changed. */
function damage(random: Random, text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  if (random.integer(0, 1)) return bytes.slice(0, random.integer(0, bytes.length));
  for (let i = random.integer(1, 4); i > 0; i--) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  return bytes;
}

function drawRequest(random: Random): RequestInit {
  const init = (body: BodyInit, headers: Record<string, string> = {}) => ({ method: 'POST', body, headers });
  switch (random.integer(0, 6)) {
    case 0:
      return init(noise(random, 300));
    case 1:
      return init(damage(random, JSON.stringify(good)));
    case 2: // binary tensors of any size, said to be of any size
      return binaryRequest(
        {
          inputs: [
            { ...tensor, parameters: { binary_data_size: pick(random, [24, 0, 23, 2 ** 40, random.integer(0, 99)]) } },
          ],
        },
        noise(random, 60),
      );
    case 3: // any header length before any bytes
      return init(noise(random, 100), {
        'Inference-Header-Content-Length': pick(random, ['0', '1', '50', '99999999999999999999', '-0', '0x10', ' 5']),
      });
    case 4:
      return init(noise(random, 300), {
        'Content-Encoding': pick(random, ['gzip', 'deflate', 'br', 'gzip, gzip', '%']),
      });
    case 5: // deep or long
      return init(pick(random, ['[', '{"a":', '[[],', '"\\']).repeat(random.integer(1, 20_000)));
    default:
      return init(JSON.stringify(mutate(random, mutate(random, good))));
  }
}

test(`${REQUESTS} drawn requests that are wrong: answered in one line, none of them by a failure of the server`, async () => {
  const random = createRandom(2024);
  const counts = new Map<number, number>();
  const paths = [
    '/v2/models/movt/infer',
    '/v2/models/movt/versions/1/infer/',
    '/v2/models/movt/infer?shape=1,2,1,3',
    '/v2/models/video/infer',
    '/v2/models/%ff%00/infer',
    '/v2/models/movt/versions/__proto__/infer',
    '/v2/repository/index',
    '/v2/repository/models/movt/load',
  ];
  for (let i = 0; i < REQUESTS; i++) {
    const path = pick(random, random.integer(0, 2) ? paths.slice(0, 3) : paths);
    const response = await app.request(path, drawRequest(random));
    const text = await response.text();
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
    assert.ok(response.status < 500 || response.status === 503, `request ${i}: ${response.status} ${text}`);
    if (response.status === 200) continue;
    const { error } = JSON.parse(text);
    assert.ok(
      typeof error === 'string' && error.length < 1000 && !error.includes('\n'),
      `request ${i}: ${text.slice(0, 2000)}`,
    );
  }
  console.log(`statuses: ${[...counts].map(([status, count]) => `${status} ${count}×`).join(', ')}`);
  for (const status of [200, 400, 404, 413, 415]) assert.ok(counts.get(status)! > 0, `none of ${status}`);
});

test('and afterwards a right one is answered', async () => {
  const response = await app.request('/v2/models/movt/infer', { method: 'POST', body: JSON.stringify(good) });
  assert.is(response.status, 200);
  const full = new Uint8Array(LIMITS.bodyBytes + 1).fill(32);
  assert.is((await app.request('/v2/models/movt/infer', { method: 'POST', body: full })).status, 413);
});

test.after(() => service.destroy());
test.run();
