import { createRandom } from '@movt/kernels';
import type { Image } from '@movt/tracker/image';
import { normalise } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { blueToRed } from './blue-to-red.ts';
import { blankFrame, drawImportance } from './draw-importance.ts';
import { drawTracks } from './draw-tracks.ts';
import { dimmed, drawLine } from './raster.ts';

const random = createRandom(7);

function blank(width: number, height: number): Image {
  return { width, height, data: new Uint8Array(width * height * 4) };
}

/** Sum of the red channel, as a share of full red: the area that was painted. */
function area({ data }: Image): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += data[at];
  return sum / 255;
}

const colourAt = ({ width, data }: Image, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
];

test('a line covers the area of its shape, wherever it lies', () => {
  for (let i = 0; i < 20; i++) {
    const [x0, y0, x1, y1] = random.uniform(4, 15, 85);
    const [radius] = random.uniform(1, 1.5, 6);
    const image = blank(101, 97);
    drawLine(image, [x0, y0], [x1, y1], radius, [255, 0, 0]);
    const expected = Math.PI * radius ** 2 + 2 * radius * Math.hypot(x1 - x0, y1 - y0);
    assert.ok(Math.abs(area(image) / expected - 1) < 0.03, `${area(image)} for ${expected}`);
  }
});

test('what lies outside of the picture is cut off, without a trace on the other side', () => {
  const image = blank(20, 10);
  drawLine(image, [-50, -50], [-4, 5], 2, [255, 0, 0]);
  drawLine(image, [1e7, 5], [23, 5], 2, [255, 0, 0]);
  assert.is(area(image), 0);
  drawLine(image, [-10, 5], [30, 5], 2, [255, 0, 0]);
  assert.ok(Math.abs(area(image) - 20 * 4) < 0.1, 'rounding takes 1/255 of a smoothed pixel');
});

test('the background is enlarged between its pixels, half grey and darkened', () => {
  const image: Image = { width: 2, height: 1, data: Uint8Array.of(100, 100, 100, 255, 200, 200, 200, 255) };
  const large = dimmed(image, 2, 0.5, 3);
  assert.equal([large.width, large.height], [4, 5]);
  assert.equal(
    [0, 1, 2, 3].map((x) => colourAt(large, x, 1)[0]),
    [50, 62, 87, 100],
  );
  assert.equal(colourAt(large, 0, 2), [0, 0, 0]);
  assert.ok(large.data.every((value, at) => at % 4 !== 3 || value === 255));
  const red = dimmed({ width: 1, height: 1, data: Uint8Array.of(255, 0, 0, 255) }, 1, 1, 0);
  assert.equal(colourAt(red, 0, 0), [154, 27, 27]);
});

test('colours run from blue to red without a jump', () => {
  const [first, last] = [blueToRed(0), blueToRed(1)];
  assert.ok(first[2] > 2 * first[0] && last[0] > 4 * last[2]);
  for (let i = 0; i < 100; i++) {
    const [a, b] = [blueToRed(i / 100), blueToRed((i + 1) / 100)];
    assert.ok(a.every((value, c) => Math.abs(value - b[c]) < 12));
  }
});

test('tracks lie where their points were: bright where seen, faint where hidden', () => {
  const [width, height, T] = [60, 40, 9];
  // Two points move to the right, in rows 10 and 30; the second is hidden.
  const pixels = Float32Array.from(Array.from({ length: T }, (_, t) => [10 + 4 * t, 10, 0, 10 + 4 * t, 30, 1]).flat());
  const tracks = { data: normalise(pixels, width, height), T, N: 2 };
  const image = drawTracks(blank(width, height), tracks, 2.5);
  const factor = 20;
  assert.is(image.width, width * factor);
  assert.ok(image.height > height * factor, 'a strip for the colour bar');
  const at = (x: number, y: number) => colourAt(image, Math.round((x + 0.5) * factor), Math.round((y + 0.5) * factor));
  for (let t = 1; t < T - 1; t++) {
    const expected = blueToRed(t / (T - 1));
    assert.ok(at(8 + 4 * t, 10).every((value, c) => Math.abs(value - expected[c]) <= 1));
    const hidden = at(8 + 4 * t, 30);
    assert.ok(Math.max(...hidden) - Math.min(...hidden) < Math.max(...expected) - Math.min(...expected));
  }
  assert.equal(at(30, 20), [0, 0, 0]);
  assert.is(drawTracks(blank(width, height), tracks, 0).height, height * factor, 'no strip where no time is known');
});

test('by importance each track has one colour, and the more important lies on top', () => {
  const [size, T] = [60, 9];
  // One point moves to the right, the other down: they cross at (26, 26).
  const pixels = Array.from({ length: T }, (_, t) => [10 + 4 * t, 26, 0, 26, 10 + 4 * t, 0]).flat();
  const tracks = { data: normalise(Float32Array.from(pixels), size, size), T, N: 2 };
  const factor = 20;
  for (const importance of [Float64Array.of(1, 0.2), Float64Array.of(0.2, 1)]) {
    const image = drawImportance(blank(size, size), tracks, importance);
    assert.ok(image.height > size * factor, 'a strip for the colour bar');
    const isColour = (x: number, y: number, share: number) => {
      const found = colourAt(image, Math.round((x + 0.5) * factor), Math.round((y + 0.5) * factor));
      assert.ok(blueToRed(share).every((value, c) => Math.abs(value - found[c]) <= 1));
    };
    for (const t of [1, 2, 6, 7]) {
      isColour(8 + 4 * t, 26, importance[0]);
      isColour(26, 8 + 4 * t, importance[1]);
    }
    isColour(26, 26, 1);
  }
});

test('a blank frame has the proportions of its video and a bearable size', () => {
  const sizeOf = ({ width, height }: Image) => [width, height];
  assert.equal(sizeOf(blankFrame({ width: 4e9, height: 2e9 })), [1200, 600]);
  assert.equal(sizeOf(blankFrame({ width: 1e-9, height: 1e9 })), [1, 1200]);
  assert.equal(sizeOf(blankFrame()), [1200, 1200]);
});

test.run();
