import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import encodeJpeg, { init } from '@jsquash/jpeg/encode.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openFfmpegProcess } from './ffmpeg-process.ts';
import { openFfmpegWasm } from './ffmpeg-wasm.ts';
import { openVideo } from './index.ts';
import type { Decoder } from './source.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-avi-'));
const wasm = await readFile(fileURLToPath(import.meta.resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm')));
await init((await WebAssembly.compile(wasm)) as never);

const [width, height, frameCount, fps] = [48, 32, 90, 10];

/** The left half grows brighter from frame to frame, the right half darker. */
const level = (frame: number, x: number) => (x < width / 2 ? 20 + 2 * frame : 220 - 2 * frame);

async function jpeg(frame: number): Promise<Uint8Array> {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < data.length; i++) if (i % 4 !== 3) data[i] = level(frame, (i >> 2) % width);
  return new Uint8Array(await encodeJpeg({ data, width, height, colorSpace: 'srgb' } as ImageData, { quality: 95 }));
}

/** A Motion JPEG AVI: RIFF chunks are a name, a length, contents, and a byte of padding after an odd length. */
function avi(pictures: readonly Uint8Array[]): Buffer {
  const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
  const chunk = (name: string, ...parts: Uint8Array[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from(name), u32(body.length), body, Buffer.alloc(body.length % 2)]);
  };
  const list = (name: string, ...parts: Uint8Array[]) => chunk('LIST', Buffer.from(name), ...parts);
  const main = u32(1e6 / fps, 0, 0, 0x10, pictures.length, 0, 1, 0, width, height, 0, 0, 0, 0);
  const stream = [Buffer.from('vidsMJPG'), u32(0, 0, 0, 1, fps, 0, pictures.length, 0, 0, 0, 0, 0)];
  const format = [u32(40, width, height, (24 << 16) | 1), Buffer.from('MJPG'), u32(width * height * 3, 0, 0, 0, 0)];
  let offset = 4;
  const index = pictures.map(({ length }) => {
    const entry = Buffer.concat([Buffer.from('00dc'), u32(0x10, offset, length)]);
    offset += 8 + length + (length % 2);
    return entry;
  });
  const header = list('hdrl', chunk('avih', main), list('strl', chunk('strh', ...stream), chunk('strf', ...format)));
  const movie = list('movi', ...pictures.map((picture) => chunk('00dc', picture)));
  return chunk('RIFF', Buffer.from('AVI '), header, movie, chunk('idx1', ...index));
}

const file = avi(await Promise.all(Array.from({ length: frameCount }, (_, i) => jpeg(i))));
const path = join(folder, 'a.avi');
await writeFile(path, file);

/** Checks the pictures at these positions against the levels that they were made with. */
async function check(decoder: Decoder, positions: number[]): Promise<void> {
  const seen: number[] = [];
  for await (const { position, data } of decoder.read(positions)) {
    for (const [x, y] of [
      [3, 2],
      [width - 4, height - 3],
    ]) {
      const pixel = data.slice((y * width + x) * 4, (y * width + x) * 4 + 4);
      for (const value of pixel.slice(0, 3)) {
        assert.ok(Math.abs(value - level(position, x)) <= 3, `frame ${position}: ${pixel}, not ${level(position, x)}`);
      }
      assert.is(pixel[3], 255);
    }
    seen.push(position);
  }
  await decoder.close();
  assert.equal(seen, positions);
}

const decoders: [string, (path: string, name: string) => Promise<Decoder | null>][] = [
  ['@ffmpeg/core', openFfmpegWasm],
  ['ffmpeg on PATH', openFfmpegProcess],
];
for (const [name, openDecoder] of decoders) {
  // A fresh machine has no ffmpeg: the other decoder serves it.
  if (openDecoder === openFfmpegProcess && spawnSync('ffmpeg', ['-version']).error) continue;

  test(`${name} gives the frames and times of an AVI`, async () => {
    const decoder = (await openDecoder(path, 'a.avi'))!;
    assert.equal([decoder.width, decoder.height, decoder.warnings], [width, height, []]);
    assert.equal(
      decoder.times.map((time) => Math.round(time * 1000)),
      Array.from({ length: frameCount }, (_, i) => i * 100),
    );
    await check(decoder, [0, 1, 17, 64, 65, 89]);
    await check(
      (await openDecoder(path, 'a.avi'))!,
      Array.from({ length: frameCount }, (_, i) => i),
    );
  });

  test(`${name} refuses what is no video`, async () => {
    const text = join(folder, 'text.txt');
    await writeFile(text, 'a text that ffmpeg would render as a terminal\n'.repeat(99));
    const error = await openDecoder(text, 'text.txt').catch((thrown) => thrown);
    assert.is(error.code, 'bad_input');
    assert.match(error.message, /opening text\.txt: got a file in which ffmpeg finds no frame/);
  });
}

test('a video opens an AVI, and one that was cut off with a warning', async () => {
  const source = await openVideo(path, { start: 2, sampling: { kind: 'exactly', count: 8 } });
  const times: number[] = [];
  for await (const { time } of source) times.push(time);
  assert.equal(times, [2, 3, 4, 5, 5.9, 6.9, 7.9, 8.9]);
  assert.equal(source.warnings, []);

  for (const share of [0.3, 0.6, 0.9]) {
    const cut = join(folder, 'cut.avi');
    await writeFile(cut, file.subarray(0, file.length * share));
    const short = await openVideo(cut);
    let count = 0;
    for await (const _ of short) count++;
    assert.ok(Math.abs(count / frameCount - share) < 0.1, `${count} frames of ${frameCount} at ${share}`);
    assert.match(short.warnings.join(), /cut\.avi is cut off/);
  }
});

test.after(() => rm(folder, { recursive: true }));
test.run();
