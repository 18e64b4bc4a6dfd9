import { MovtError } from '@movt/kernels';
import { createRandom } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cropStarts, denseFrames, type Picture, preprocessFrames, resizedSize, uniformFrames } from './preprocess.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

const draw = (width: number, height: number, channels: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * channels }, () => random.integer(0, 255)),
});

/** Bilinear interpolation as its definition: the weight of a pixel is the product of two tents over its distances. */
function referenceAt({ width, height, data }: Picture, x: number, y: number, channel: number): number {
  const channels = data.length / (width * height);
  let sum = 0;
  for (let row = 0; row < height; row++) {
    const vertical = Math.max(0, 1 - Math.abs(Math.min(Math.max(y, 0), height - 1) - row));
    for (let column = 0; column < width; column++) {
      const horizontal = Math.max(0, 1 - Math.abs(Math.min(Math.max(x, 0), width - 1) - column));
      sum += vertical * horizontal * data[(row * width + column) * channels + channel];
    }
  }
  return sum;
}

for (const [width, height, size, crops] of [
  [23, 17, 16, 1],
  [17, 23, 16, 3],
  [16, 16, 16, 1],
  [40, 20, 32, 3],
  [15, 64, 8, 1],
]) {
  test(`${width}×${height} → ${crops} of ${size}×${size}: as the definition of bilinear interpolation`, () => {
    const frames = [draw(width, height, 3), draw(width, height, 4)];
    const resized = resizedSize(frames[0], size);
    const isWide = width >= height;
    const starts = cropStarts(isWide ? resized.width : resized.height, size, crops);
    const clips = preprocessFrames(frames, size, 8, crops);
    assert.is(clips.length, crops);
    for (const [k, clip] of clips.entries()) {
      assert.is(clip.length, 2 * size * size * 3);
      for (let at = 0; at < clip.length; at++) {
        const [t, row, column] = [at / (size * size * 3), (at / (size * 3)) % size, (at / 3) % size].map(Math.floor);
        const x = ((column + (isWide ? starts[k] : 0) + 0.5) * width) / resized.width - 0.5;
        const y = ((row + (isWide ? 0 : starts[k]) + 0.5) * height) / resized.height - 0.5;
        const error = Math.abs(clip[at] - referenceAt(frames[t], x, y, at % 3));
        assert.ok(error < 0.5001, `seed ${seed}: off by ${error} in crop ${k} at ${[t, row, column, at % 3]}`);
      }
    }
  });
}

test('a picture that has the right size stays as it is', () => {
  const picture = draw(24, 16, 3);
  const [clip] = preprocessFrames([picture], 16, 16);
  const expected = Array.from({ length: 16 }, (_, y) => [
    ...picture.data.subarray((y * 24 + 4) * 3, (y * 24 + 20) * 3),
  ]);
  assert.equal([...clip], expected.flat());
});

test('a picture many times too large is averaged, not sampled here and there', () => {
  const [width, height, size] = [8 * 17, 8 * 16 + 3, 16];
  const picture = draw(width, height, 4);
  const [clip] = preprocessFrames([picture], size, 16);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let i = 0; i < 64; i++) sum += picture.data[((8 * y + (i >> 3)) * width + 8 * x + (i & 7)) * 4];
      const error = Math.abs(clip[(y * size + x) * 3] - sum / 64);
      assert.ok(error <= 1.5, `seed ${seed}: off by ${error} at ${[y, x]}`);
    }
  }
});

test("sizes and crops by the authors' rounding", () => {
  // int(224 * 240 / 427) and so on; the centre by Python's round(), which goes to even numbers.
  const size = (width: number, height: number) =>
    Object.values(resizedSize({ width, height, data: new Uint8Array() }, 224));
  assert.equal(size(427, 240), [398, 224]);
  assert.equal(size(240, 427), [224, 398]);
  assert.equal(size(176, 100), [394, 224]);
  assert.equal(size(224, 224), [224, 224]);
  assert.equal(
    [224, 225, 226, 227, 229].map((length) => cropStarts(length, 224, 1)[0]),
    [0, 0, 1, 2, 2],
  );
  assert.equal(cropStarts(398, 224, 3), [0, 87, 174]);
  assert.equal(cropStarts(397, 224, 3), [0, 86, 173]);
  assert.equal(cropStarts(224, 224, 3), [0, 0, 0]);
});

test('frames, evenly and densely', () => {
  // NumPy's: int(tick * x) and int(tick / 2 + tick * x) with tick = len / 16, sorted, every second one.
  assert.equal(uniformFrames(40, 16, 0, 2), [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30, 32, 35, 37]);
  assert.equal(uniformFrames(40, 16, 1, 2), [1, 3, 6, 8, 11, 13, 16, 18, 21, 23, 26, 28, 31, 33, 36, 38]);
  assert.equal(uniformFrames(40, 16), uniformFrames(40, 16, 1, 2));
  assert.equal(uniformFrames(3, 8), [0, 0, 0, 1, 1, 2, 2, 2]);
  assert.equal(uniformFrames(1, 1), [0]);
  assert.equal(denseFrames(40, 4, 4), [12, 16, 20, 24]);
  assert.equal(
    [0, 1, 2].map((view) => denseFrames(40, 4, 4, view, 3)),
    [
      [0, 4, 8, 12],
      [12, 16, 20, 24],
      [24, 28, 32, 36],
    ],
  );
  assert.equal(denseFrames(6, 4, 4, 1, 2), [0, 4, 4, 4]);
});

test('what is no clip is refused', () => {
  const refused = (work: () => unknown, message: RegExp) =>
    assert.throws(
      work,
      (error: unknown) => error instanceof MovtError && error.code === 'bad_input' && message.test(error.message),
    );
  const prepare =
    (...frames: Picture[]) =>
    () =>
      preprocessFrames(frames, 32, 16);
  refused(prepare(), /no frames/);
  refused(prepare({ width: 0, height: 0, data: new Uint8Array() }), /0×0 pixels, need at least 16×16/);
  refused(prepare(draw(40, 15, 3)), /40×15 pixels, need at least 16×16: a patch/);
  refused(prepare(draw(16, 16, 3), draw(17, 16, 3)), /17×16 pixels in frame 1, need 16×16/);
  refused(prepare({ width: 16, height: 16, data: new Uint8Array(256) }), /256 bytes in frame 0/);
  refused(() => uniformFrames(0, 16), /0 frames, need at least 1/);
  refused(() => denseFrames(0, 16, 4), /0 frames, need at least 1/);
});

test.run();
