import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { JobAnswer, PredictAnswer } from '../schemas/v1.ts';
import { createJobs } from '../video/jobs.ts';
import { videoService } from '../video/service-for-tests.ts';
import { clip, limits, readEvents, testApp, testVideos } from '../video/testing.ts';

const { service } = await videoService();
/** Work of videos on the device waits for it. */
let gate: Promise<void> = Promise.resolve();
const { withDevice } = service;
service.withDevice = (work, signal) =>
  withDevice(async (context) => {
    await gate;
    return work(context);
  }, signal);
const videos = await testVideos({ processes: 1, queue: 1 });
const lines: object[] = [];
const log = (line: object) => lines.push(line);
const parts = { service, videos, limits, timeoutMs: 60_000, log };
const jobs = createJobs({ log });
const app = testApp(parts, jobs);

const PART = 'model=movt&start=3&end=4&frames=5&points=grid:2x2';
const TRACKS = JSON.stringify({ tracks: { T: 2, N: 1, data: [0, 0, 1, 0.5, 0.5, 1] } });

async function start(query = PART, body: BodyInit = clip, type = 'video/mp4', on = app): Promise<JobAnswer> {
  const response = await on.request(`/v1/jobs?${query}`, { method: 'POST', body, headers: { 'content-type': type } });
  const job = (await response.json()) as JobAnswer;
  assert.is(response.status, 202, JSON.stringify(job));
  assert.is(response.headers.get('location'), `/v1/jobs/${job.id}`);
  return job;
}

const get = async (path: string, on = app) => (await on.request(path)).json() as Promise<JobAnswer & { error: string }>;

test('a job is accepted, followed and answered', async () => {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const { id, state, task, created } = await start(`${PART}&tracks=1`);
  assert.equal([state, task], ['queued', 'predict']);
  assert.ok(Math.abs(created - Date.now()) < 60_000);
  const live = app.request(`/v1/jobs/${id}/events`);
  const path = `/v1/jobs/${id}`;
  while ((await get(path)).state === 'queued') await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is((await get(path)).state, 'running');
  open();
  const events = await readEvents(await live);
  const done = await get(path);
  assert.is(done.state, 'succeeded');
  assert.is(done.stage!.stage, 'predict');
  assert.is((done.answer as PredictAnswer).top!.length, 5);
  assert.equal(events.at(-1), { id: `${events.length - 1}`, event: 'answer', data: done.answer as never });
  assert.ok(events.some(({ event }) => event === 'tracks'));

  assert.equal(await readEvents(await app.request(`${path}/events`)), events, 'for who comes late');
  const headers = { 'last-event-id': `${events.length - 3}` };
  assert.equal(await readEvents(await app.request(`${path}/events`, { headers })), events.slice(-2));
  assert.is((await app.request(`${path}/events`, { headers: { 'last-event-id': 'x' } })).status, 400);
  await videos.admit().release();
});

test('a job that fails says why, and one that tracks needs no model', async () => {
  const { id } = await start(PART, 'no video');
  await jobs.finish();
  const failed = await get(`/v1/jobs/${id}`);
  assert.is(failed.state, 'failed');
  assert.is(failed.failure!.status, 422);
  assert.match(failed.failure!.error, /opening the video/);
  assert.is((await readEvents(await app.request(`/v1/jobs/${id}/events`))).at(-1)!.event, 'error');

  const { id: tracking } = await start('task=track&start=3&end=4&frames=5&points=grid:2x2');
  await jobs.finish();
  const { answer } = await get(`/v1/jobs/${tracking}`);
  assert.is(answer!.tracks!.N, 4);
});

test('a job that is cancelled ends, makes room and is forgotten', async () => {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const both = [await start(), await start()];
  const full = await app.request(`/v1/jobs?${PART}`, {
    method: 'POST',
    body: clip,
    headers: { 'content-type': 'video/mp4' },
  });
  assert.is(full.status, 503);
  const following = await app.request(`/v1/jobs/${both[0].id}/events`);
  while ((await get(`/v1/jobs/${both[0].id}`)).state === 'queued')
    await new Promise((resolve) => setTimeout(resolve, 20));
  // The first waits for the device, the second for a decoder.
  for (const { id } of [...both].reverse()) {
    assert.is((await app.request(`/v1/jobs/${id}`, { method: 'DELETE' })).status, 204);
    assert.is((await app.request(`/v1/jobs/${id}`)).status, 404);
    assert.is((await app.request(`/v1/jobs/${id}`, { method: 'DELETE' })).status, 404);
  }
  open();
  assert.equal((await readEvents(following)).at(-1)!.data, { status: 499, error: 'cancelled' } as never);
  await jobs.finish();
  await Promise.all([videos.admit(), videos.admit()].map((place) => place.release()));
});

test('jobs are bounded in number, age and bytes', async () => {
  const json = 'application/json';
  const few = createJobs({ log, running: 1 });
  const busy = testApp(parts, few);
  let open = () => {};
  const { infer } = service;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  service.infer = async (request) => opened.then(() => infer(request));
  await start('model=movt', TRACKS, json, busy);
  const response = await busy.request('/v1/jobs?model=movt', {
    method: 'POST',
    body: TRACKS,
    headers: { 'content-type': json },
  });
  assert.is(response.status, 503);
  assert.ok(Number(response.headers.get('retry-after')) >= 1);
  open();
  await few.finish();
  service.infer = infer;

  for (const options of [{ keepMs: -1 }, { keptBytes: 100 }]) {
    const short = createJobs({ log, ...options });
    const on = testApp(parts, short);
    const { id } = await start('model=movt', TRACKS, json, on);
    await short.finish();
    assert.match((await get(`/v1/jobs/${id}`, on)).error, /finding a job: got/);
  }
  assert.match((await get('/v1/jobs/%0A<script>')).error, /got 'script'/);
});

test.after(async () => {
  assert.equal(lines, []);
  await videos.close();
  await service.destroy();
});
test.run();
