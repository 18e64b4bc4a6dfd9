import { createRandom } from '@movt/kernels';
import { assertClose } from '@movt/kernels/testing';
import { probabilities } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { inferResponseSchema } from '../schemas/infer.ts';
import type { Service } from '../service.ts';
import { smallApp } from '../testing/small-app.ts';
import { CLASSES, smallService } from '../testing/small-service.ts';
import { binaryRequest, decodeTexts, encodeNumbers, readAnswer } from '../testing/wire.ts';

const service = await smallService();
const app = smallApp(service);
const TOLERANCE = { rtol: 1e-6, atol: 1e-6 };

const [B, T, N] = [2, 5, 4];
const tracks = createRandom(1)
  .uniform(B * T * N * 3, -1, 1)
  .map((value, i) => (i % 3 === 2 ? Number(value > 0.6) : value));
const input = { name: 'tracks', datatype: 'FP32', shape: [B, T, N, 3] };
const asJson = { ...input, data: Array.from(tracks) };
const asBytes = new Uint8Array(tracks.buffer);
const inBinary = { ...input, parameters: { binary_data_size: asBytes.length } };

/** The model's own answer to the clips, without any wire. */
async function direct(model = 'movt', version?: string) {
  const clips = Array.from({ length: B }, (_, b) => ({ data: tracks.slice(b * T * N * 3, (b + 1) * T * N * 3), T, N }));
  const deadline = performance.now() + 10_000;
  return service.infer({ model, ...(version !== undefined && { version }), clips, features: true, deadline });
}

const joined = (rows: readonly Float32Array[]) => Float32Array.from(rows.flatMap((row) => Array.from(row)));
const floats = (bytes: Uint8Array | undefined) => new Float32Array(new Uint8Array(bytes!).buffer);
const values = (data: readonly unknown[] | undefined) => Float32Array.from(data as number[]);

const post = (body: unknown, path = '/v2/models/movt/infer', headers: Record<string, string> = {}) =>
  app.request(path, { method: 'POST', body: JSON.stringify(body), headers });

async function assertRefused(response: Response | Promise<Response>, status: number, message: RegExp): Promise<void> {
  const answer = await response;
  const { error, ...rest } = (await answer.json()) as { error: string };
  assert.is(answer.status, status, error);
  assert.match(error, message);
  assert.not.match(error, /\n/);
  assert.equal(rest, {}, 'the body is {"error"} and nothing else');
  assert.is(answer.headers.get('content-type'), 'application/json');
}

test('JSON: all outputs of the model, its id and names come back', async () => {
  const response = await post({ id: 'clip 17', inputs: [asJson] });
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'application/json');
  const answer = await response.json();
  assert.ok(v.is(inferResponseSchema, answer));
  assert.is(answer.id, 'clip 17');
  assert.is(answer.model_name, 'movt');
  assert.is(answer.model_version, '2', 'the latest');
  const expected = await direct();
  assert.equal(
    answer.outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    [
      { name: 'logits', datatype: 'FP32', shape: [2, 5] },
      { name: 'probabilities', datatype: 'FP32', shape: [2, 5] },
      { name: 'features', datatype: 'FP32', shape: [2, 32] },
    ],
  );
  const [logits, softmax, features] = answer.outputs.map(({ data }) => values(data));
  assertClose(logits, joined(expected.outputs), TOLERANCE, 'logits');
  assertClose(softmax, joined(expected.outputs.map(probabilities)), TOLERANCE, 'probabilities');
  assertClose(features, joined(expected.features!), TOLERANCE, 'features');
});

test('nested JSON is the same, with a trailing slash too', async () => {
  const nested = Array.from({ length: B }, (_, b) =>
    Array.from({ length: T }, (_, t) =>
      Array.from({ length: N }, (_, n) =>
        Array.from(tracks.slice(((b * T + t) * N + n) * 3, ((b * T + t) * N + n) * 3 + 3)),
      ),
    ),
  );
  const flat = await (await post({ inputs: [asJson] })).json();
  const response = await post(
    { id: null, parameters: null, outputs: null, inputs: [{ ...input, data: nested }] },
    '/v2/models/movt/infer/',
  );
  assert.equal(await response.json(), flat, 'and has no id, since none was given');
});

test('binary in, binary out, and both mixed with JSON', async () => {
  const expected = await direct();
  const all = await readAnswer(
    await app.request(
      '/v2/models/movt/infer',
      binaryRequest({ parameters: { binary_data_output: true }, inputs: [inBinary] }, asBytes),
    ),
  );
  assertClose(floats(all.bytes.get('logits')), joined(expected.outputs), TOLERANCE, 'logits');
  assertClose(floats(all.bytes.get('features')), joined(expected.features!), TOLERANCE, 'features');
  assert.ok(all.json.outputs.every(({ data }) => data === undefined));

  const outputs = [{ name: 'features', parameters: { binary_data: true } }, { name: 'logits' }];
  const mixed = await readAnswer(
    await app.request('/v2/models/movt/infer', binaryRequest({ outputs, inputs: [inBinary] }, asBytes)),
  );
  assert.equal(
    mixed.json.outputs.map(({ name }) => name),
    ['features', 'logits'],
    'in the order of the request',
  );
  assertClose(floats(mixed.bytes.get('features')), joined(expected.features!), TOLERANCE, 'features');
  assertClose(values(mixed.json.outputs[1].data), joined(expected.outputs), TOLERANCE, 'logits');

  const fromJson = await readAnswer(await post({ outputs: [outputs[0]], inputs: [asJson] }));
  assertClose(floats(fromJson.bytes.get('features')), joined(expected.features!), TOLERANCE, 'features');
});

test('other datatypes become what the model takes', async () => {
  const coarse = tracks.map((value, i) => (i % 3 === 2 ? value : Math.round(value * 8) / 8));
  const fromFloat = await readAnswer(
    await post({ outputs: [{ name: 'logits' }], inputs: [{ ...input, data: Array.from(coarse) }] }),
  );
  for (const datatype of ['FP64', 'FP16', 'BF16'] as const) {
    const bytes = encodeNumbers(datatype, Array.from(coarse));
    const json = {
      outputs: [{ name: 'logits' }],
      inputs: [{ ...input, datatype, parameters: { binary_data_size: bytes.length } }],
    };
    const answer = await readAnswer(await app.request('/v2/models/movt/infer', binaryRequest(json, bytes)));
    assert.equal(answer.json.outputs, fromFloat.json.outputs, datatype);
  }
});

test('raw binary data: one clip, its shape in the query', async () => {
  const raw = { method: 'POST', headers: { 'Inference-Header-Content-Length': '0' } };
  const both = await app.request('/v2/models/movt/infer?shape=2,5,4,3', { ...raw, body: asBytes });
  assert.is(both.headers.get('content-type'), 'application/octet-stream');
  const { bytes } = await readAnswer(both);
  assertClose(floats(bytes.get('logits')), joined((await direct()).outputs), TOLERANCE, 'logits');

  const pixels = new Uint8Array(2 * 16 * 16 * 3).map((_, i) => i);
  const video = await readAnswer(await app.request('/v2/models/video/infer', { ...raw, body: pixels }));
  const shape = [1, 2, 16, 16, 3];
  const same = await readAnswer(
    await post(
      { inputs: [{ name: 'video', datatype: 'UINT8', shape, data: Array.from(pixels) }] },
      '/v2/models/video/infer',
    ),
  );
  assertClose(
    floats(video.bytes.get('logits')),
    values(same.json.outputs[0].data),
    TOLERANCE,
    'a video of fixed size needs no shape',
  );

  await assertRefused(app.request('/v2/models/movt/infer', { ...raw, body: asBytes }), 400, /shape=…/);
  await assertRefused(
    app.request('/v2/models/movt/infer?shape=2,5,4', { ...raw, body: asBytes }),
    400,
    /shape \[2,5,4\], need/,
  );
  await assertRefused(app.request('/v2/models/movt/infer?shape=a', { ...raw, body: asBytes }), 400, /shape "a"/);
  await assertRefused(
    app.request('/v2/models/movt/infer?shape=2,5,4,3&datatype=FP8', { ...raw, body: asBytes }),
    400,
    /FP8/,
  );
  await assertRefused(
    app.request('/v2/models/movt/infer?shape=2,5,5,3', { ...raw, body: asBytes }),
    400,
    /480 bytes, need 600/,
  );
  await assertRefused(
    app.request('/v2/models/video/infer', { ...raw, body: pixels.slice(1) }),
    400,
    /1535 bytes, need 1536/,
  );
});

test('classification: the k highest, as texts', async () => {
  const k = 3;
  const expected = await direct();
  const outputs = [{ name: 'probabilities', parameters: { classification: k } }];
  const { json } = await readAnswer(await post({ outputs, inputs: [asJson] }));
  const [{ datatype, shape, data }] = json.outputs;
  assert.is(datatype, 'BYTES');
  assert.equal(shape, [B, k]);
  for (const [b, row] of expected.outputs.map(probabilities).entries()) {
    const order = Array.from(row.keys()).sort((i, j) => row[j] - row[i]);
    for (let i = 0; i < k; i++) {
      const [, value, index, label] = /^([\d.]+):(\d):(.*)$/.exec(data![b * k + i] as string)!;
      assert.is(Number(index), order[i]);
      assert.is(label, CLASSES[order[i]], 'a label may hold a colon');
      assert.ok(Math.abs(Number(value) - row[order[i]]) < 1e-6);
    }
  }
  const binary = [{ name: 'logits', parameters: { classification: 99, binary_data: true } }];
  const texts = await readAnswer(await post({ outputs: binary, inputs: [asJson] }));
  assert.equal(texts.json.outputs[0].shape, [B, 5], 'no more than there are');
  assert.is(decodeTexts(texts.bytes.get('logits')!).length, B * 5);
  const features = [{ name: 'features', parameters: { classification: 2 } }];
  await assertRefused(post({ outputs: features, inputs: [asJson] }), 400, /need an output of classes/);
});

test('versions, regressions, and models that are not there', async () => {
  for (const version of ['1', '2']) {
    const { json } = await readAnswer(await post({ inputs: [asJson] }, `/v2/models/movt/versions/${version}/infer`));
    assert.is(json.model_version, version);
    assertClose(values(json.outputs[0].data), joined((await direct('movt', version)).outputs), TOLERANCE, version);
  }
  const { json } = await readAnswer(await post({ inputs: [asJson] }, '/v2/models/values/infer'));
  assert.equal(
    json.outputs.map(({ name }) => name),
    ['values', 'features'],
  );
  assertClose(values(json.outputs[0].data), joined((await direct('values')).outputs), TOLERANCE, 'values');

  await assertRefused(post({ inputs: [asJson] }, '/v2/models/other/infer'), 404, /"other"/);
  await assertRefused(post({ inputs: [asJson] }, '/v2/models/movt/versions/3/infer'), 404, /movt/);
  await assertRefused(post({ inputs: [asJson] }, '/v2/models/broken/infer'), 404, /UNAVAILABLE \(no checkpoint\)/);
});

test('compressed requests and answers', async () => {
  const plain = await (await post({ inputs: [asJson] })).json();
  for (const coding of ['gzip', 'deflate'] as const) {
    const packed = new Blob([JSON.stringify({ inputs: [asJson] })]).stream().pipeThrough(new CompressionStream(coding));
    const response = await app.request('/v2/models/movt/infer', {
      method: 'POST',
      headers: { 'Content-Encoding': coding, 'Accept-Encoding': coding },
      body: await new Response(packed).arrayBuffer(),
    });
    assert.is(response.headers.get('content-encoding'), coding);
    const text = await new Response(response.body!.pipeThrough(new DecompressionStream(coding))).text();
    assert.equal(JSON.parse(text), plain);
  }
});

test('refusals name what was wrong', async () => {
  const cases: [unknown, number, RegExp][] = [
    [[], 400, /need an object/],
    [{}, 400, /inputs = nothing, need a value/],
    [{ inputs: [] }, 400, /at least one input/],
    [{ inputs: [{ ...asJson, name: 'video' }] }, 400, /got "video", need "tracks" \[-1,-1,-1,3\]/],
    [{ inputs: [asJson, { ...asJson, name: 'more' }] }, 400, /"tracks", "more"/],
    [{ inputs: [asJson, asJson] }, 400, /"tracks" twice/],
    [{ inputs: [{ ...asJson, datatype: 'FLOAT' }] }, 400, /datatype = "FLOAT", need one of BOOL/],
    [{ inputs: [{ ...asJson, shape: [2, 5, 12] }] }, 400, /shape \[2,5,12\], need \[-1,-1,-1,3\]/],
    [{ inputs: [{ ...asJson, shape: [2, 5, -4, 3] }] }, 400, /inputs\.0\.shape\.2 = -4/],
    [{ inputs: [{ ...asJson, shape: [0, 5, 4, 3], data: [] }] }, 400, /no clip/],
    [{ inputs: [{ ...asJson, shape: [9, 5, 4, 3] }] }, 413, /9 clips, need at most 8/],
    [{ inputs: [{ ...asJson, shape: [2, 65, 4, 3] }] }, 413, /65 frames, need at most 64/],
    [{ inputs: [{ ...asJson, shape: [2, 5, 2147483647, 3] }] }, 413, /2147483647 points/],
    [{ inputs: [input] }, 400, /neither, need either data or/],
    [{ inputs: [{ ...inBinary, data: [] }] }, 400, /both/],
    [{ inputs: [inBinary] }, 400, /binary_data_size 480 with 0 bytes left/],
    [{ inputs: [{ ...asJson, parameters: { shared_memory_region: 'r' } }] }, 400, /shared memory/],
    [
      { inputs: [{ ...asJson, data: asJson.data.map((value, i) => (i === 7 ? null : value)) }] },
      400,
      /null at element 7/,
    ],
    [
      { inputs: [{ ...asJson, data: asJson.data.map((value, i) => (i === 2 ? 0.5 : value)) }] },
      422,
      /clip 0.*occluded = 0\.5/,
    ],
    [{ inputs: [{ ...asJson, shape: [10, 1, 4, 3] }] }, 413, /10 clips/],
    [{ inputs: [{ ...input, shape: [1, 1, 4, 3], data: new Array(12).fill(0) }] }, 422, /1 frame/],
    [{ outputs: [{ name: 'loss' }], inputs: [asJson] }, 400, /"loss", need one of logits, probabilities, features/],
    [{ outputs: [{ name: 'logits' }, { name: 'logits' }], inputs: [asJson] }, 400, /"logits" twice/],
    [{ outputs: [{ name: 'logits', parameters: { classification: 0 } }], inputs: [asJson] }, 400, /classification = 0/],
    [{ id: 7, inputs: [asJson] }, 400, /id = 7, need a text/],
    [{ parameters: { timeout: -1 }, inputs: [asJson] }, 400, /timeout = -1/],
    [{ parameters: { priority: 'high' }, inputs: [asJson] }, 400, /priority = "high"/],
  ];
  for (const [body, status, message] of cases) await assertRefused(post(body), status, message);
  const raw = (text: string) => app.request('/v2/models/movt/infer', { method: 'POST', body: text });
  await assertRefused(raw(''), 400, /an empty body/);
  await assertRefused(raw('{"inputs":[{"data":[1e999]}]}'), 400, /name = nothing/);
  await assertRefused(
    raw(JSON.stringify({ inputs: [asJson] }).replace(/"data":\[[^,]+/, '"data":[1e999')),
    422,
    /x = Infinity at frame 0, point 0/,
  );
  for (const length of ['-1', '1e3', '99999999', 'x', '']) {
    await assertRefused(
      post({ inputs: [asJson] }, undefined, { 'Inference-Header-Content-Length': length }),
      400,
      /Content-Length/,
    );
  }
  await assertRefused(post({ inputs: [asJson] }, undefined, { 'Content-Encoding': 'br' }), 415, /"br"/);
  const over = binaryRequest({ inputs: [inBinary] }, asBytes, new Uint8Array(3));
  await assertRefused(app.request('/v2/models/movt/infer', over), 400, /483 bytes after the JSON, need 480/);
});

test('NaN: refused in clips, and in JSON answers', async () => {
  const bytes = encodeNumbers(
    'FP32',
    Array.from(tracks, (value, i) => (i === 60 ? Number.NaN : value)),
  );
  await assertRefused(
    app.request('/v2/models/movt/infer', binaryRequest({ inputs: [inBinary] }, bytes)),
    422,
    /clip 1.*x = NaN/,
  );

  const infer: Service['infer'] = async (request) => {
    return { ...(await service.infer(request)), outputs: [new Float32Array(5).fill(Number.NaN)] };
  };
  const nan = smallApp(Object.create(service, { infer: { value: infer } }));
  const one = {
    inputs: [{ ...asJson, shape: [1, T, N, 3], data: asJson.data.slice(0, T * N * 3) }],
    outputs: [{ name: 'logits' }],
  };
  const ask = (body: object) => nan.request('/v2/models/movt/infer', { method: 'POST', body: JSON.stringify(body) });
  await assertRefused(ask(one), 422, /"logits" as JSON: got NaN at index 0/);
  const { bytes: binary } = await readAnswer(await ask({ ...one, parameters: { binary_data_output: true } }));
  assert.ok(Number.isNaN(floats(binary.get('logits'))[0]), 'binary data has NaN');
});

test("a request's timeout shortens the server's and never lengthens it; features are computed where they are wanted", async () => {
  const allowed = async (timeout: number | undefined) => {
    const sent = performance.now();
    const response = await post({ parameters: { timeout }, outputs: [{ name: 'logits' }], inputs: [asJson] });
    assert.is(response.status, 200);
    const { deadline, features } = service.asked.at(-1)!;
    assert.is(features, false);
    return deadline - sent;
  };
  const within = (given: number, expected: number) =>
    assert.ok(given >= expected && given < expected + 2000, `${given}`);
  within(await allowed(3_000_000), 3000);
  within(await allowed(undefined), 10_000);
  within(await allowed(0), 10_000);
  within(await allowed(60_000_000), 10_000);
  await post({ inputs: [asJson] });
  assert.is(service.asked.at(-1)!.features, true);
});

test('a request that is aborted leaves the service, with 499', async () => {
  let giveBack = () => {};
  const taken = service.withDevice(
    () =>
      new Promise<void>((resolve) => {
        giveBack = resolve;
      }),
  );
  const leaving = new AbortController();
  const before = service.asked.length;
  const pending = app.request(
    new Request('http://localhost/v2/models/movt/infer', {
      method: 'POST',
      body: JSON.stringify({ inputs: [asJson] }),
      signal: leaving.signal,
    }),
  );
  while (service.asked.length === before) await new Promise((resolve) => setTimeout(resolve, 1));
  leaving.abort();
  await assertRefused(pending, 499, /left/);
  giveBack();
  await taken;
});

test.after(() => service.destroy());
test.run();
