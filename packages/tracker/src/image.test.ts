import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage, encodeJpeg, readImage, writePng } from './image.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/** A PNG from its header fields and rows (filter 0), with further chunks before the pixels. */
function png(
  width: number,
  depth: number,
  colourType: number,
  rows: number[][],
  chunks: [string, number[]][] = [],
): Buffer {
  const chunk = (type: string, body: Uint8Array) => {
    const named = Buffer.concat([Buffer.from(type), body]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(body.length, 0);
    frame.writeInt32BE(crc32(named) | 0, 4);
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([depth, colourType], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...chunks.map(([type, body]) => chunk(type, Uint8Array.from(body))),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', new Uint8Array()),
  ]);
}

async function pixels(bytes: Uint8Array): Promise<number[]> {
  return [...(await decodeImage(bytes, 'x')).data];
}

async function refused(bytes: Uint8Array, message: RegExp): Promise<void> {
  const error = await decodeImage(bytes, 'x.png').catch((thrown) => thrown);
  assert.ok(['bad_input', 'limit_exceeded'].includes(error.code), `${error}`);
  assert.match(error.message, message);
}

test('a picture is written as PNG and read back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movt-image-'));
  try {
    const [width, height] = [random.integer(1, 40), random.integer(1, 40)];
    const image = {
      width,
      height,
      data: Uint8Array.from({ length: width * height * 4 }, () => random.integer(0, 255)),
    };
    await writePng(join(folder, 'a.png'), image);
    assert.equal(await readImage(join(folder, 'a.png')), image, `seed ${seed}`);
    const error = await writePng(join(folder, 'none', 'a.png'), image).catch((thrown) => thrown);
    assert.is(error.code, 'bad_input');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every kind of PNG becomes 8-bit RGBA', async () => {
  // Grey: 1, 2, 4 bits in rows that end in the middle of a byte, 8, 16, and 8 with alpha.
  assert.equal(
    await pixels(png(3, 1, 0, [[0b10100000], [0b01000000]])),
    [255, 0, 255, 0, 255, 0].flatMap((v) => [v, v, v, 255]),
  );
  assert.equal(
    await pixels(png(5, 2, 0, [[0b00011011, 0b11000000]])),
    [0, 85, 170, 255, 255].flatMap((v) => [v, v, v, 255]),
  );
  assert.equal(
    await pixels(png(3, 4, 0, [[0x0f, 0x80]])),
    [0, 255, 136].flatMap((v) => [v, v, v, 255]),
  );
  assert.equal(await pixels(png(2, 8, 0, [[7, 200]])), [7, 7, 7, 255, 200, 200, 200, 255]);
  assert.equal(await pixels(png(1, 16, 0, [[0x12, 0xff]])), [0x12, 0x12, 0x12, 255]);
  assert.equal(await pixels(png(1, 8, 4, [[9, 100]])), [9, 9, 9, 100]);
  // Colour: 8 and 16 bits, with alpha and without.
  assert.equal(await pixels(png(1, 8, 2, [[1, 2, 3]])), [1, 2, 3, 255]);
  assert.equal(await pixels(png(1, 8, 6, [[1, 2, 3, 4]])), [1, 2, 3, 4]);
  assert.equal(await pixels(png(1, 16, 6, [[1, 0, 2, 0, 3, 0, 4, 0]])), [1, 2, 3, 4]);
  // Palettes, with alpha for some of their colours.
  const palette: [string, number[]] = ['PLTE', [10, 20, 30, 40, 50, 60, 70, 80, 90]];
  assert.equal(
    await pixels(png(3, 2, 3, [[0b00011000]], [palette])),
    [10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255],
  );
  const mixed = await pixels(png(2, 8, 3, [[1, 0]], [palette, ['tRNS', [0]]]));
  assert.equal(mixed, [40, 50, 60, 255, 10, 20, 30, 0]);
});

test('a JPEG is read, near to what was written', async () => {
  const [width, height] = [33, 17];
  const data = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : 100 + ((i >> 2) % width)));
  const jpeg = await encodeJpeg({ data, width, height }, 95);
  const image = await decodeImage(jpeg, 'x.jpg');
  assert.equal([image.width, image.height], [width, height]);
  for (const [i, value] of image.data.entries()) assert.ok(Math.abs(value - data[i]) <= 4);

  for (const share of [0.1, 0.5, 0.99]) await refused(jpeg.subarray(0, jpeg.length * share), /damaged or cut JPEG/);
  await decodeImage(jpeg, 'again after a failure');
});

test('what is no image, cut off, damaged or too large is refused', async () => {
  const good = png(2, 8, 2, [[1, 2, 3, 4, 5, 6]]);
  await refused(new Uint8Array(), /another format/);
  await refused(new TextEncoder().encode('GIF89a'), /another format/);
  for (const length of [8, 20, 30, 45, good.length - 13]) await refused(good.subarray(0, length), /damaged or cut PNG/);
  const flipped = Uint8Array.from(good);
  flipped[47] ^= 0x10;
  await refused(flipped, /damaged or cut PNG/);
  const huge = Uint8Array.from(good);
  new DataView(huge.buffer).setUint32(16, 1e9);
  await refused(huge, /1000000000×1 pixels, need at most/);
});

test.run();
