import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { acceptedCoding, answerBytes } from './compress.ts';
import { parseJson } from './json-body.ts';
import { readBody } from './read-body.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

function assertSame(given: Uint8Array, expected: Uint8Array, what = ''): void {
  assert.is(given.length, expected.length, what);
  assert.is(
    given.findIndex((byte, i) => byte !== expected[i]),
    -1,
    what,
  );
}

async function packed(bytes: Uint8Array<ArrayBuffer>, format: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const request = (body: Uint8Array<ArrayBuffer>, coding?: string) =>
  new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: coding === undefined ? {} : { 'Content-Encoding': coding },
  });

async function refusedWith(status: number, message: RegExp, work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => new Refusal(404, 'not refused'),
    (error: Refusal) => error,
  );
  assert.is(error.status, status, error.message);
  assert.match(error.message, message);
}

test('bodies come out as they went in, plain and compressed', async () => {
  const random = createRandom(3);
  for (const length of [0, 1, 1000, 300_000]) {
    const bytes = Uint8Array.from(random.uniform(length, 0, 256));
    assertSame(await readBody(request(bytes), length), bytes);
    for (const [coding, format] of [
      ['gzip', 'gzip'],
      ['X-GZIP', 'gzip'],
      ['deflate', 'deflate'],
    ] as const) {
      assertSame(await readBody(request(await packed(bytes, format), coding), length), bytes, coding);
    }
  }
});

test('a limit holds for what comes out: a small body that swells is given up on the way', async () => {
  const bomb = await packed(new Uint8Array(50_000_000), 'gzip');
  assert.ok(bomb.length < 60_000, `${bomb.length} bytes`);
  await refusedWith(
    413,
    /more than 1000000 bytes once decompressed, need at most 1000000/,
    readBody(request(bomb, 'gzip'), 1_000_000),
  );
  await refusedWith(413, /11 bytes|more than 10/, readBody(request(new Uint8Array(11)), 10));
  const long = new Request('http://localhost/', { method: 'POST', body: 'x', headers: { 'Content-Length': '5000' } });
  await refusedWith(413, /5000 bytes/, readBody(long, 4999));
});

test('what is not what its coding says is refused, cut off anywhere', async () => {
  const random = createRandom(4);
  const whole = await packed(Uint8Array.from(random.uniform(5000, 0, 256)), 'gzip');
  for (let draw = 0; draw < 40; draw++) {
    const cut = whole.slice(0, random.integer(1, whole.length - 9));
    await refusedWith(400, /not whole gzip/, readBody(request(cut, 'gzip'), 1e6));
    const noise = Uint8Array.from(random.uniform(random.integer(1, 200), 0, 256));
    await refusedWith(400, /not whole deflate/, readBody(request(noise, 'deflate'), 1e6));
  }
  await refusedWith(415, /"br", need gzip, deflate or none/, readBody(request(new Uint8Array(3), 'br'), 100));
  await refusedWith(415, /"gzip, gzip"/, readBody(request(new Uint8Array(3), 'gzip, gzip'), 100));
});

test('a client that leaves while it sends is told from one that sends nonsense', async () => {
  const leaving = new AbortController();
  const body = new ReadableStream({
    pull(controller) {
      leaving.abort();
      controller.error(new Error('gone'));
    },
  });
  const init = { method: 'POST', body, signal: leaving.signal, duplex: 'half' } as RequestInit;
  await refusedWith(499, /left/, readBody(new Request('http://localhost/', init), 100));
});

test('JSON: depth and values are bounded before anything is built', async () => {
  const refused = (status: number, message: RegExp, text: string | Uint8Array) =>
    refusedWith(status, message, (async () => parseJson(typeof text === 'string' ? utf8(text) : text, 'reading'))());
  assert.equal(parseJson(utf8('{"a":"[[[[\\"]]{","b":[1,2]}'), 'reading'), { a: '[[[["]]{', b: [1, 2] });
  await refused(400, /an empty body/, '');
  await refused(400, /nested deeper than 32/, '['.repeat(1_000_000));
  await refused(400, /nested deeper than 32/, `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`);
  await refused(413, /5000001 values/, `[${'1,'.repeat(4_999_999)}1]`);
  await refused(413, /values in JSON/, `[${'[],'.repeat(3_000_000)}[]]`);
  await refused(400, /not UTF-8/, new Uint8Array([0x22, 0xff, 0x22]));
  await refused(400, /no NaN/, '{"data":[NaN]}');
  await refused(400, /not JSON/, '{"data":[1,]}');
  await refused(400, /not JSON/, '"\\');
});

test('answers are compressed for whom accepts it, and are the same', async () => {
  const codings: Record<string, string | null> = {
    'gzip, deflate, br': 'gzip',
    deflate: 'deflate',
    'gzip;q=0, deflate;q=0.5': 'deflate',
    '*': 'gzip',
    br: null,
    'gzip;q=0': null,
    'gzip;q=nonsense': null,
    '': null,
  };
  for (const [header, expected] of Object.entries(codings)) assert.is(acceptedCoding(header), expected, header);
  assert.is(acceptedCoding(null), null);

  const bytes = utf8('movt '.repeat(1000));
  for (const coding of ['gzip', 'deflate'] as const) {
    const asking = new Request('http://localhost/', { headers: { 'Accept-Encoding': coding } });
    const answer = await answerBytes(asking, bytes, { 'content-type': 'text/plain' });
    assert.is(answer.headers.get('content-encoding'), coding);
    const body = new Uint8Array(await answer.arrayBuffer());
    assert.ok(body.length < bytes.length);
    const plain = new Blob([body]).stream().pipeThrough(new DecompressionStream(coding));
    assertSame(new Uint8Array(await new Response(plain).arrayBuffer()), bytes);
    const small = await answerBytes(asking, bytes.slice(0, 100), {});
    assert.is(small.headers.get('content-encoding'), null, 'a few bytes');
  }
});

test.run();
