import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { type ChromiumOptions, launchChromium } from './chromium.ts';
import { servePage } from './page-server.ts';

/** Software compiles for many seconds, and the machine may have other work. */
export const PATIENCE = { timeout: 150_000 };

/** A page that is open in a browser of its own, and what happened in it. */
export interface OpenPage {
  readonly page: Page;
  readonly url: string;
  readonly requests: readonly { readonly method: string; readonly url: string }[];
  /** Errors that the page did not show. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export interface OpenOptions extends ChromiumOptions {
  readonly more?: Hono;
  /** Whether the server hands out its model; true unless told otherwise. */
  readonly handsOut?: boolean;
}

/** Opens the page, dark and without motion: a clip then rests on its last frame. */
export async function openPage({ more, handsOut, ...options }: OpenOptions): Promise<OpenPage> {
  const [browser, server]: [Browser, Awaited<ReturnType<typeof servePage>>] = await Promise.all([
    launchChromium(options),
    servePage(more, { handsOut }),
  ]);
  const requests: { method: string; url: string }[] = [];
  const faults: string[] = [];
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('request', (request) => requests.push({ method: request.method(), url: request.url() }));
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(server.url);
  return {
    page,
    url: server.url,
    requests,
    faults,
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Drops a file on the page as a user does. */
export async function drop(page: Page, path: string): Promise<void> {
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
export async function saved(page: Page, button: string): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text=${button}`)]);
  return new Uint8Array(await readFile(await download.path()));
}

export interface Place {
  /** Of the point. */
  readonly n: number;
  /** Pixels of the clip. */
  readonly x: number;
  readonly y: number;
}

/** Where the points that are seen at the end are, in pixels from the clip's corner. */
export function endsOf(pixels: Float32Array, T: number, N: number): Place[] {
  return Array.from({ length: N }, (_, n) => ({ n, i: ((T - 1) * N + n) * 3 }))
    .filter(({ i }) => pixels[i + 2] === 0)
    .map(({ n, i }) => ({ n, x: pixels[i]! + 0.5, y: pixels[i + 1]! + 0.5 }));
}

/** The canvas's colours at places of the clip. */
export function coloursAt(page: Page, places: readonly Place[]): Promise<[number, number, number][]> {
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
export async function recordClip(page: Page): Promise<number[]> {
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
