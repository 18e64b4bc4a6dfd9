import { testContext } from '@movt/kernels/testing';
import { gridPoints } from '@movt/tracker/points';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generateTracks } from '../motion-12/generate.ts';
import { renderFrames } from '../motion-12/render.ts';
import { createScene, FIRST_HALF, layerAt } from '../motion-12/scene.ts';
import { apply, invert } from '../motion-12/similarity.ts';
import { PICTURE, trackScene } from './track-scene.ts';

const SEED = 4;
const FRAMES = 16;
const { width } = PICTURE;

const frames = (clip: number) => [...renderFrames(createScene(SEED, clip, FRAMES), width)];

test('a pixel shows what was there before, moved as the scene says', () => {
  let [compared, difference] = [0, 0];
  for (const clip of [1, 3, 5, 10]) {
    const scene = createScene(SEED, clip, FRAMES);
    const [first, , , last] = frames(clip);
    const [maps, mapsThen] = [scene.mapsAt(3), scene.mapsAt(0)];
    for (const { x: column, y: row } of gridPoints(20, 20, width, width)) {
      const [x, y] = [Math.round(column), Math.round(row)];
      const place = { x: (2 * x) / width - 1, y: (2 * y) / width - 1 };
      const layer = layerAt(scene, maps, place);
      const before = apply(mapsThen[layer]!, apply(invert(maps[layer]!), place));
      if (Math.max(Math.abs(before.x), Math.abs(before.y)) > 0.95) continue;
      if (layerAt(scene, mapsThen, before) !== layer) continue;
      const [u, v] = [((before.x + 1) * width) / 2, ((before.y + 1) * width) / 2];
      difference += Math.abs(last![(y * width + x) * 4]! - bilinear(first!, u, v));
      compared++;
    }
  }
  assert.ok(compared > 1000 && difference / compared < 4, `${difference / compared} grey levels over ${compared}`);
});

test('frames are opaque, textured, and the same each time', () => {
  const [once, again] = [frames(7), frames(7)];
  assert.is(once.length, FRAMES);
  assert.equal(once, again);
  for (const frame of once) {
    assert.is(frame.length, width * width * 4);
    const reds = frame.filter((_, i) => i % 4 === 0);
    const mean = reds.reduce((sum, red) => sum + red, 0) / reds.length;
    const deviation = Math.sqrt(reds.reduce((sum, red) => sum + (red - mean) ** 2, 0) / reds.length);
    assert.ok(deviation > 6, `${deviation}`);
    assert.ok(frame.every((value, i) => i % 4 !== 3 || value === 255));
  }
});

test('the tracker follows the points of a rendered clip where they truly are', async () => {
  const context = await testContext();
  // Moves left or right, and no occluder.
  const easy = Array.from({ length: 48 }, (_, clip) => clip).filter(
    (clip) => [1, 2].includes(clip % 12) && createScene(SEED, clip, FRAMES).layers.length === 3,
  );
  for (const clip of easy.slice(0, 2)) {
    const scene = createScene(SEED, clip, FRAMES);
    const truth = generateTracks(clip, { seed: SEED, frames: FRAMES, points: 24 }, true);
    const tracks = await trackScene(context, scene, 24);
    assert.equal([tracks.T, tracks.N], [FRAMES, 24]);
    const errors: number[] = [];
    for (let i = 0; i < truth.data.length; i += 3) {
      if (truth.data[i + 2] || tracks.data[i + 2]) continue;
      const error = Math.hypot(truth.data[i]! - tracks.data[i]!, truth.data[i + 1]! - tracks.data[i + 1]!);
      errors.push((error * width) / 2);
    }
    errors.sort((a, b) => a - b);
    assert.ok(errors.length > 0.75 * FRAMES * 24, `clip ${clip}: ${errors.length} seen`);
    const median = errors[Math.floor(errors.length / 2)]!;
    assert.ok(median < 0.5, `clip ${clip}: median ${median} pixels`);
    assert.ok(travel(scene) > 10, `clip ${clip}: it moves by ${travel(scene)} pixels`);
  }
});

/** Pixels that the thing's origin travels, camera included. */
function travel(scene: ReturnType<typeof createScene>): number {
  const [from, to] = [0, FRAMES - 1].map((t) => scene.mapsAt(t)[FIRST_HALF]!);
  return (Math.hypot(to!.x - from!.x, to!.y - from!.y) * width) / 2;
}

/** The red of a picture at a place between pixels. */
function bilinear(rgba: Uint8Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const red = (column: number, row: number) => rgba[(row * width + column) * 4]!;
  const upper = red(left, top) * (1 - u) + red(left + 1, top) * u;
  const lower = red(left, top + 1) * (1 - u) + red(left + 1, top + 1) * u;
  return upper * (1 - v) + lower * v;
}

test.run();
