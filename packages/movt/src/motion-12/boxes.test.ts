import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thingBoxes } from './boxes.ts';
import { MOTION_CLASSES } from './classes.ts';
import { drawPoints, followPoints } from './points.ts';
import { clipPolygon } from './polygon.ts';
import { renderFrames } from './render.ts';
import { createScene, GROUND, SECOND_HALF } from './scene.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
console.log(`seed ${seed}`);
const SIDE = 128;

test('a box holds all points on the thing that are in the picture, and each of its edges is near one', () => {
  for (let clip = 0; clip < MOTION_CLASSES.length; clip++) {
    const scene = createScene(seed, clip, 16);
    const boxes = thingBoxes(scene, SIDE);
    const points = drawPoints(scene, 1000).filter(({ layer }) => layer !== GROUND);
    for (const [t, sightings] of followPoints(scene, points).entries()) {
      const seen = sightings
        .map(({ place }) => ({ x: ((place.x + 1) * SIDE) / 2 + 0.5, y: ((place.y + 1) * SIDE) / 2 + 0.5 }))
        .filter(({ x, y }) => Math.min(x, y) >= 0 && Math.max(x, y) <= SIDE);
      if (seen.length === 0) continue;
      const { x0, y0, x1, y1 } = boxes[t]!;
      assert.ok(x0 >= 0 && y0 >= 0 && x1 <= SIDE && y1 <= SIDE);
      for (const { x, y } of seen) {
        const isInside = x > x0 - 0.02 && x < x1 + 0.02 && y > y0 - 0.02 && y < y1 + 0.02;
        assert.ok(isInside, `clip ${clip}, frame ${t}: ${x}, ${y} outside ${JSON.stringify(boxes[t])}`);
      }
    }
    // Nearness is judged in the first frame, where the points were chosen; where nothing hides the thing, they fill it.
    if (scene.layers.length - 1 > SECOND_HALF) continue;
    const first = followPoints(scene, points)[0]!.map(({ place }) => ((place.x + 1) * SIDE) / 2);
    assert.ok(Math.min(...first) - boxes[0]!.x0 < 6 && boxes[0]!.x1 - Math.max(...first) < 6, `clip ${clip}`);
  }
});

test('what has left the picture has no box', () => {
  const scene = createScene(seed, 0, 16);
  const away = { ...scene, mapsAt: (t: number) => scene.mapsAt(t).map((map) => ({ ...map, x: t < 8 ? 0 : 3 })) };
  const boxes = thingBoxes(away, SIDE);
  assert.ok(boxes.slice(0, 8).every((box) => box !== null));
  assert.ok(boxes.slice(8).every((box) => box === null));
});

test('a polygon is cut by a line', () => {
  const square = [
    { x: 0, y: 0 },
    { x: 2, y: 0 },
    { x: 2, y: 2 },
    { x: 0, y: 2 },
  ];
  assert.equal(
    clipPolygon(square, ({ x }) => x + 1),
    square,
  );
  assert.equal(
    clipPolygon(square, ({ x }) => x - 3),
    [],
  );
  const half = clipPolygon(square, ({ x }) => 0.5 - x).map(({ x, y }) => `${x} ${y}`);
  assert.equal(half.sort(), ['0 0', '0 2', '0.5 0', '0.5 2']);
});

test('outside of its box a picture shows the ground alone', () => {
  // Zoom out, part, turn: without what passes in front.
  for (const clip of [4, 6, 10, 3]) {
    const scene = createScene(seed, clip, 16);
    const bare = { ...scene, layers: scene.layers.slice(0, SECOND_HALF + 1) };
    const ground = { ...scene, layers: scene.layers.slice(0, GROUND + 1) };
    const boxes = thingBoxes(scene, 64);
    const [with_, without] = [[...renderFrames(bare, 64)], [...renderFrames(ground, 64)]];
    for (const [t, frame] of with_.entries()) {
      const { x0, y0, x1, y1 } = boxes[t]!;
      for (let i = 0; i < frame.length; i += 4) {
        const [x, y] = [((i / 4) % 64) + 0.5, Math.floor(i / 4 / 64) + 0.5];
        // Edges are smooth over a pixel.
        if (x > x0 - 1 && x < x1 + 1 && y > y0 - 1 && y < y1 + 1) continue;
        assert.is(frame[i], without[t]![i], `clip ${clip}, frame ${t}, ${x} ${y}`);
      }
    }
  }
});

test.run();
