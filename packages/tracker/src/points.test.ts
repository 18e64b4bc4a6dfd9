import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writePng } from './image.ts';
import { gridPoints, listPoints, maskPoints, parsePointsSpec } from './points.ts';
import { loadPoints } from './points-file.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const clip = { width: 40, height: 30, frameCount: 5 };

/** A mask whose pixels (x, y) are inside where `isInside` says so, in one of red, green and blue. */
function maskOf(width: number, height: number, isInside: (x: number, y: number) => boolean) {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    data[i * 4 + 3] = 255;
    if (isInside(i % width, Math.floor(i / width))) data[i * 4 + (i % 3)] = 1 + (i % 255);
  }
  return { width, height, data };
}

test('the three ways to name points', () => {
  assert.equal(parsePointsSpec('grid:8x6'), { kind: 'grid', columns: 8, rows: 6 });
  assert.equal(parsePointsSpec('mask:a.png'), { kind: 'mask', file: 'a.png', count: 64 });
  assert.equal(parsePointsSpec('mask:C:/b:c.png:60'), { kind: 'mask', file: 'C:/b:c.png', count: 60 });
  assert.equal(parsePointsSpec('list:a,b.csv'), { kind: 'list', file: 'a,b.csv' });
  for (const text of [
    '',
    'grid',
    'grid:8',
    'grid:0x4',
    'grid:8x-1',
    'mask:',
    'mask:a.png:0',
    'list:',
    'box:1',
    ' grid:8x8',
  ]) {
    assert.throws(() => parsePointsSpec(text), /grid:COLUMNSxROWS/, text);
  }
  assert.throws(() => gridPoints(9999, 9999, 40, 30), /at most 1048576/);
  assert.throws(() => gridPoints(41, 1, 40, 30), /41x1 points for 40×30 pixels/);
  assert.throws(() => parsePointsSpec('mask:a.png:99999999'), /at most 1048576/);
});

test('a grid is the centres of equal cells, row by row', () => {
  assert.equal(gridPoints(2, 1, 40, 30), [
    { frame: 0, x: 9.5, y: 14.5 },
    { frame: 0, x: 29.5, y: 14.5 },
  ]);
  // As many cells as pixels: every pixel's centre.
  const all = gridPoints(4, 3, 4, 3).map(({ x, y }) => `${x},${y}`);
  assert.is(all.join(' '), '0,0 1,0 2,0 3,0 0,1 1,1 2,1 3,1 0,2 1,2 2,2 3,2');
});

test('points of a mask are inside, different, drawn anew by another seed, and spread evenly', () => {
  const isInside = (x: number, y: number) => (x - 20) ** 2 + (y - 15) ** 2 < 100;
  const mask = maskOf(40, 30, isInside);
  const points = maskPoints(mask, 60, seed, 'm.png');
  assert.is(points.length, 60);
  assert.is(new Set(points.map(({ x, y }) => `${x},${y}`)).size, 60);
  assert.ok(
    points.every(({ frame, x, y }) => frame === 0 && isInside(x, y)),
    `seed ${seed}`,
  );
  assert.equal(maskPoints(mask, 60, seed, 'm.png'), points);
  assert.not.equal(maskPoints(mask, 60, seed + 1, 'm.png'), points);

  // 200 draws of 60: each of about 300 pixels is expected 38 times; the counts' variance is that of drawing, not of a
  // preference.
  const counts = new Map<string, number>();
  for (let i = 0; i < 200; i++) {
    for (const { x, y } of maskPoints(mask, 60, seed + i, 'm.png'))
      counts.set(`${x},${y}`, (counts.get(`${x},${y}`) ?? 0) + 1);
  }
  const area = mask.data.filter((value, i) => i % 4 < 3 && value > 0).length;
  const expected = (200 * 60) / area;
  assert.is(counts.size, area);
  const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assert.ok(chiSquared < area + 6 * Math.sqrt(2 * area), `chi² = ${chiSquared} over ${area} pixels, seed ${seed}`);
});

test('a mask with too few pixels is refused', () => {
  assert.throws(
    () =>
      maskPoints(
        maskOf(9, 9, () => false),
        1,
        seed,
        'm.png',
      ),
    /m\.png: got a mask with no pixel inside/,
  );
  assert.throws(
    () =>
      maskPoints(
        maskOf(9, 9, (x, y) => x === 3 && y < 4),
        5,
        seed,
        'm.png',
      ),
    /mask of 4 pixels, need at least 5/,
  );
  assert.is(
    maskPoints(
      maskOf(9, 9, (x, y) => x === 3 && y < 4),
      4,
      seed,
      'm.png',
    ).length,
    4,
  );
});

test('a list keeps its order', () => {
  const text = 'frame,x,y\r\n4, 39.5 ,0\n\n0,0,29.99\r\n2,1e1,3\n';
  assert.equal(listPoints(text, clip, 'a.csv'), [
    { frame: 4, x: 39.5, y: 0 },
    { frame: 0, x: 0, y: 29.99 },
    { frame: 2, x: 10, y: 3 },
  ]);
});

test('a line that is no point of the clip is named', () => {
  const lines = [
    '1,2',
    '1,2,3,4',
    'a,2,3',
    '0,NaN,3',
    '0,,3',
    '0,Infinity,3',
    '-1,2,3',
    '0.5,2,3',
    '5,2,3',
    '0,40,3',
    '0,2,30',
    '0,-1,3',
  ];
  for (const line of lines) {
    assert.throws(() => listPoints(`0,1,1\n${line}\n`, clip, 'a.csv'), /line 2 of a\.csv.*frame of 0 … 4/, line);
  }
  assert.throws(() => listPoints('frame,x,y\n', clip, 'a.csv'), /a\.csv: got no point/);
  assert.throws(() => listPoints('0,1,1\nframe,x,y', clip, 'a.csv'), /line 2/);
});

test('points are loaded from files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movt-points-'));
  try {
    const file = join(folder, 'm.png');
    await writePng(
      file,
      maskOf(40, 30, (x, y) => x === 7 && y === 9),
    );
    assert.equal(await loadPoints({ kind: 'mask', file, count: 1 }, clip, seed), [{ frame: 0, x: 7, y: 9 }]);
    const other = await loadPoints({ kind: 'mask', file, count: 1 }, { ...clip, width: 41 }, seed).catch(
      (thrown) => thrown,
    );
    assert.match(other.message, /m\.png: got 40×30 pixels, need the video's 41×30/);

    const list = join(folder, 'a.csv');
    await writeFile(list, '1,2,3\n');
    assert.equal(await loadPoints({ kind: 'list', file: list }, clip, seed), [{ frame: 1, x: 2, y: 3 }]);
    const none = await loadPoints({ kind: 'list', file: join(folder, 'no.csv') }, clip, seed).catch((thrown) => thrown);
    assert.match(none.message, /no\.csv: got no such file/);
    assert.is((await loadPoints({ kind: 'grid', columns: 3, rows: 2 }, clip, seed)).length, 6);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
