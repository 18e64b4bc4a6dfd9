import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Box, evenGrid, type RgbaPicture, sampleBox, sampleMask } from './sample-box.ts';

/** A picture whose red and green say where a pixel is. */
function picture(width: number, height: number): RgbaPicture {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 7, 255], i * 4);
  return { width, height, data };
}

function maskOf(width: number, height: number, isInside: (x: number, y: number) => boolean): RgbaPicture {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    data.set([0, isInside(i % width, Math.floor(i / width)) ? 255 : 0, 0, 255], i * 4);
  }
  return { width, height, data };
}

/** Where the pixels were whose colours these are. */
const placesOf = (colours: Uint8Array) =>
  Array.from({ length: colours.length / 3 }, (_, i) => [colours[i * 3], colours[i * 3 + 1]] as const);

const PICTURE = picture(40, 30);

test('a box of as many pixels as are asked for gives each of them once, row by row', () => {
  const colours = sampleBox(PICTURE, { x0: 5, y0: 7, x1: 8, y1: 10 }, 9);
  assert.equal(
    placesOf(colours),
    [7, 8, 9].flatMap((y) => [5, 6, 7].map((x) => [x, y])),
  );
  assert.ok(colours.every((value, i) => i % 3 !== 2 || value === 7));
});

test('any number of places is spread evenly: no cell of the box is far from its share', () => {
  for (const count of [1, 2, 7, 60, 61, 256]) {
    const places = evenGrid({ x0: 0, y0: 0, x1: 1, y1: 1 }, count);
    assert.is(places.length, count);
    const rows = new Set(places.map(({ y }) => y));
    const lengths = [...rows].map((row) => places.filter(({ y }) => y === row).length);
    assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1, `${count}: ${lengths}`);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / count;
    assert.ok(Math.abs(mean(places.map(({ x }) => x)) - 0.5) < 1e-9);
    assert.ok(Math.abs(mean(places.map(({ y }) => y)) - 0.5) < 0.5 / count ** 0.5);
    assert.ok(places.every(({ x, y }) => x > 0 && x < 1 && y > 0 && y < 1));
  }
});

test('the i-th pixel has the same place in a box that moves and grows', () => {
  const boxAt = (x: number, y: number, size: number): Box => ({ x0: x, y0: y, x1: x + size, y1: y + size });
  const small = placesOf(sampleBox(PICTURE, boxAt(3, 4, 8), 60));
  const moved = placesOf(sampleBox(PICTURE, boxAt(9, 6, 8), 60));
  const large = placesOf(sampleBox(PICTURE, boxAt(3, 4, 24), 60));
  for (const [i, [x, y]] of small.entries()) {
    assert.equal(moved[i], [x + 6, y + 2]);
    assert.is(Math.floor((large[i][0] - 3) / 3), x - 3);
    assert.is(Math.floor((large[i][1] - 4) / 3), y - 4);
  }
});

test('a box is clipped to the picture; one with nothing in it is refused', () => {
  const clipped = sampleBox(PICTURE, { x0: -10, y0: 20, x1: 4, y1: 99 }, 40);
  assert.equal(clipped, sampleBox(PICTURE, { x0: 0, y0: 20, x1: 4, y1: 30 }, 40));
  assert.equal(placesOf(sampleBox(PICTURE, { x0: 39.9, y0: 29.9, x1: 50, y1: 50 }, 1)), [[39, 29]]);
  const nothing: [number, number, number, number][] = [
    [5, 5, 5, 9],
    [9, 5, 5, 9],
    [40, 0, 50, 9],
    [-5, 0, 0, 9],
    [0, 30, 9, 31],
    [Number.NaN, 0, 9, 9],
  ];
  for (const [x0, y0, x1, y1] of nothing) {
    assert.throws(() => sampleBox(PICTURE, { x0, y0, x1, y1 }, 4), /the box from .* need a box with x0 < x1/);
  }
});

test('pixels of a mask are inside, different where there are enough, and in every part of it', () => {
  const isInside = (x: number, y: number) => (x - 20) ** 2 + (y - 15) ** 2 < 100;
  const mask = maskOf(40, 30, isInside);
  const places = placesOf(sampleMask(PICTURE, mask, 60));
  assert.is(places.length, 60);
  assert.is(new Set(places.map(String)).size, 60);
  assert.ok(places.every(([x, y]) => isInside(x, y)));
  // Each of some 300 pixels has one of the 60 near by: their own share of the disc is a square of 2.3.
  for (let y = 0; y < 30; y++) {
    for (let x = 0; x < 40; x++) {
      if (!isInside(x, y)) continue;
      const nearest = Math.min(...places.map(([px, py]) => Math.hypot(px - x, py - y)));
      assert.ok(nearest <= 3, `(${x}, ${y}) is ${nearest} from the nearest`);
    }
  }
  // Where the mask is a box of whole cells, the places are the box's.
  const box = maskOf(40, 30, (x, y) => x >= 4 && x < 13 && y >= 3 && y < 12);
  assert.equal(sampleMask(PICTURE, box, 9), sampleBox(PICTURE, { x0: 4, y0: 3, x1: 13, y1: 12 }, 9));
});

test('a mask of fewer pixels gives some again; one of none, or of another size, is refused', () => {
  const two = maskOf(40, 30, (x, y) => y === 3 && (x === 8 || x === 9));
  assert.equal(new Set(placesOf(sampleMask(PICTURE, two, 10)).map(String)), new Set(['8,3', '9,3']));
  const none = maskOf(40, 30, () => false);
  assert.throws(() => sampleMask(PICTURE, none, 3), /no pixel inside/);
  assert.throws(
    () =>
      sampleMask(
        PICTURE,
        maskOf(30, 40, () => true),
        3,
      ),
    /30×40 pixels, need the picture's 40×30/,
  );
});

test('a number of pixels that is none, and a picture that is not its size, are refused', () => {
  const box = { x0: 0, y0: 0, x1: 9, y1: 9 };
  for (const count of [0, -1, 1.5]) assert.throws(() => sampleBox(PICTURE, box, count), /a whole number, 1 or more/);
  assert.throws(() => sampleBox(PICTURE, box, 1e9), /at most 65536/);
  assert.throws(() => sampleBox({ ...PICTURE, width: 41 }, box, 4), /4800 bytes for 41×30 pixels/);
});

test.run();
