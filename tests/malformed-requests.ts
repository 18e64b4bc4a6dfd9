/** Bytes that no careful client would send to a worker's socket. */
import { deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '@movt/kernels';

export interface Malformed {
  /** For messages. */
  readonly kind: string;
  readonly bytes: Buffer;
  /**
   * What the client does then: waits for the answer; says that nothing more will come, in the middle of a request; hangs up; or sends the
   * rest, a byte now and then.
   */
  readonly then: 'wait' | 'end' | 'hang up' | 'trickle';
}

const INFER = '/v2/models/movt/infer';
const tensor = { name: 'tracks', datatype: 'FP32', shape: [1, 2, 1, 3] };
const good = {
  id: 'a',
  parameters: { binary_data_output: false, timeout: 5_000_000 },
  inputs: [{ ...tensor, data: [0.5, 0.25, 0, 0.5, 0.25, 1] }],
  outputs: [{ name: 'logits', parameters: { classification: 2 } }],
};

const PATHS = [
  INFER,
  '/v2/models/movt/versions/1/infer/',
  `${INFER}?shape=1,2,1,3`,
  `${INFER}?shape=1,999999999,999999999,3`,
  '/v2/models/%ff%00/infer',
  '/v2/models/movt/versions/__proto__/infer',
  '/v2/repository/index',
  '/v2/models/../../etc/passwd',
  '/v1/predict?model=movt&points=grid:99999x99999',
  '/v1/track?frames=-1',
  '/v1/jobs',
  '/v1/jobs/..%2f..%2f',
  '/metrics?%',
  `/${'a'.repeat(3000)}`,
];

const STRANGE: readonly unknown[] = [
  null,
  -1,
  0.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  '',
  '__proto__',
  '\u0000\ud800\n',
  [],
  {},
  [[[[]]]],
  [[1, 2], [3]],
  { toString: 1, constructor: 2, length: 1e9 },
  [2147483647, 2147483647, 2147483647, 3],
  [1, 4096, 4096, 3],
];

/** What unpacks to more than a server may hold, and files that promise more than there is. */
const ZEROS = Buffer.alloc(16 * 2 ** 20);
const BOMBS = [
  ['gzip', gzipSync(ZEROS)],
  ['deflate', deflateSync(ZEROS)],
] as const;
const HUGE_BOX = Buffer.from([0, 0, 0, 1, ...Buffer.from('moov'), 0x7f, 255, 255, 255, 255, 255, 255, 255]);
const VIDEOS: readonly Buffer[] = [
  Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'),
  gzipSync(ZEROS),
  Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), HUGE_BOX]),
  Buffer.from('\x1aE\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xfe', 'latin1'),
  Buffer.from('RIFF\xff\xff\xff\xffAVI LIST', 'latin1'),
];

const pick = <T>(random: Random, choices: readonly T[]): T => choices[random.integer(0, choices.length - 1)];
const noise = (random: Random, longest: number) =>
  Buffer.from(random.uniform(random.integer(0, longest), 0, 256).map(Math.floor));

/** One place of a JSON value, replaced. */
function mutate(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.integer(0, 3) === 0) return pick(random, STRANGE);
  const copy = structuredClone(value) as Record<string, unknown>;
  const keys = Object.keys(copy);
  if (keys.length === 0) return pick(random, STRANGE);
  const key = pick(random, keys);
  if (random.integer(0, 5) === 0) delete copy[key];
  else copy[key] = mutate(random, copy[key]);
  return copy;
}

type Headers = Readonly<Record<string, string>>;

/** A request whose length is what it says, unless `headers` say another. */
function post(path: string, body: Buffer | string, headers: Headers = {}): Buffer {
  const bytes = Buffer.from(body as string);
  const all: Headers = { Host: '127.0.0.1', Connection: 'close', 'Content-Length': `${bytes.length}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), bytes]);
}

function chunked(random: Random): Buffer {
  const sizes = ['5', 'zz', 'ffffffffffffffff', '-1', '0', '5;x=y', ''];
  const chunk = () => `${pick(random, sizes)}\r\nhello\r\n`;
  const { length } = { length: random.integer(1, 4) };
  const body = Array.from({ length }, chunk).join('');
  const head = `POST ${INFER} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
  return Buffer.from(`${head}${body}${pick(random, ['0\r\n\r\n', '', '\r\n'])}`, 'latin1');
}

function wrongHead(random: Random): Buffer {
  const line = pick(random, [
    `GET ${INFER} HTTP/9.9`,
    'GET',
    'POST  HTTP/1.1',
    `CONNECT 127.0.0.1:1 HTTP/1.1`,
    `BREW ${INFER} HTTP/1.1`,
    `OPTIONS * HTTP/1.1`,
    `TRACE ${INFER} HTTP/1.1`,
    `POST http://elsewhere.example${INFER} HTTP/1.1`,
    `POST ${INFER} HTTP/1.0`,
    `PUT ${INFER} HTTP/1.1`,
    'PRI * HTTP/2.0',
    `GET ${pick(random, PATHS)} HTTP/1.1`,
  ]);
  const headers = [
    'Host: 127.0.0.1',
    'Host: a b<>"',
    'Host:',
    'Host: 127.0.0.1:99999999',
    'Origin: null',
    'Content-Length: -1',
    'Content-Length: 1e9',
    'Content-Length: 99999999999999999999999',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: gzip, x',
    'Expect: nothing',
    'Expect: 100-continue',
    'Upgrade: websocket\r\nConnection: upgrade',
    `X: ${'y'.repeat(20_000)}`,
    `: empty`,
    ' folded',
    `X-Request-Id: \x01\xff${'z'.repeat(200)}`,
    `Accept: text/event-stream`,
    `Range: bytes=0-9999999999999`,
    'Inference-Header-Content-Length: 5',
    'Authorization: Bearer \xff\xff',
  ];
  const chosen = Array.from({ length: random.integer(0, 4) }, () => pick(random, headers));
  return Buffer.from(`${[line, ...chosen, 'Connection: close'].join('\r\n')}\r\n\r\n`, 'latin1');
}

function binary(random: Random): Buffer {
  const size = pick(random, [24, 0, 23, 2 ** 40, -1, random.integer(0, 99)]);
  const shape = pick(random, [tensor.shape, [1, 2, 2, 3], [1, 512, 4096, 3], [64, 512, 4096, 3], [0, 2, 1, 3]]);
  const head = Buffer.from(JSON.stringify({ inputs: [{ ...tensor, shape, parameters: { binary_data_size: size } }] }));
  const nan = Buffer.from(new Float32Array([NaN, Infinity, -0, 1e38, -1e38, 2]).buffer);
  const length = pick(random, [head.length, head.length, head.length - 1, 0, 1e9]);
  const headers = {
    'Inference-Header-Content-Length': pick(random, [`${length}`, `${length}`, '-0', '0x10', 'NaN', ' 5']),
  };
  return post(pick(random, PATHS.slice(0, 4)), Buffer.concat([head, pick(random, [nan, noise(random, 60)])]), headers);
}

/** Draws one request; videos, which cost a process each, and trickles, which cost time, are rare. */
export function drawMalformed(random: Random): Malformed {
  const json = JSON.stringify(good);
  const text = () => JSON.stringify(mutate(random, mutate(random, good)));
  const made = (kind: string, bytes: Buffer, then: Malformed['then'] = 'wait'): Malformed => ({ kind, bytes, then });
  const rare = random.integer(0, 999);
  if (rare === 0) {
    const bytes = Buffer.concat([pick(random, VIDEOS), noise(random, 2000)]);
    const type = pick(random, ['video/mp4', 'video/webm', 'application/octet-stream']);
    return made('video', post(pick(random, ['/v1/predict?model=movt', '/v1/track']), bytes, { 'Content-Type': type }));
  }
  if (rare < 4) return made('trickle', post(INFER, json, { 'Content-Length': '100000' }), 'trickle');
  if (rare < 10) {
    const [coding, bytes] = pick(random, BOMBS);
    return made('bomb', post(INFER, bytes, { 'Content-Encoding': coding }));
  }
  switch (random.integer(0, 12)) {
    case 0:
      return made('noise', Buffer.concat([noise(random, 400), Buffer.from('\r\n\r\n')]), 'end');
    case 1:
      return made('noise as a body', post(pick(random, PATHS), noise(random, 400)));
    case 2:
      return made('truncated JSON', post(INFER, json.slice(0, random.integer(0, json.length))));
    case 3: {
      const bytes = Buffer.from(json);
      for (let i = random.integer(1, 4); i > 0; i--)
        bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      return made('damaged JSON', post(INFER, bytes));
    }
    case 4:
      return made('mutated JSON', post(pick(random, PATHS), text(), { 'Content-Type': 'application/json' }));
    case 5:
      return made(
        'deep or long',
        post(INFER, pick(random, ['[', '{"a":', '[[],', '"\\']).repeat(random.integer(1, 5000))),
      );
    case 6:
      return made('binary', binary(random));
    case 7: {
      const coding = pick(random, ['gzip', 'deflate', 'br', 'gzip, gzip', '%']);
      const bytes = pick(random, [noise(random, 300), gzipSync(json).subarray(0, random.integer(0, 100))]);
      return made('coding', post(INFER, bytes, { 'Content-Encoding': coding }));
    }
    case 8:
      return made('wrong head', wrongHead(random), 'end');
    case 9:
      return made('chunks', chunked(random), 'end');
    case 10: {
      const whole = post(INFER, json, { 'Content-Length': `${json.length + random.integer(1, 2 ** 20)}` });
      return made('shorter than it says', whole, pick(random, ['end', 'hang up'] as const));
    }
    case 11: {
      const whole = post(INFER, json);
      return made(
        'broken off',
        whole.subarray(0, random.integer(1, whole.length - 1)),
        pick(random, ['end', 'hang up']),
      );
    }
    default: {
      const first = post(INFER, pick(random, [json, text()]), { Connection: 'keep-alive' });
      return made('pipelined', Buffer.concat([first, first, noise(random, 200), wrongHead(random)]), 'end');
    }
  }
}
