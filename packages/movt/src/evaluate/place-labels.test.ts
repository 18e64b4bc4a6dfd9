import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Box, overlap, placeLabels } from './place-labels.ts';

const box = (left: number, top: number, width = 10, height = 10): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

test('boxes that touch at an edge do not overlap, boxes within each other do', () => {
  assert.not.ok(overlap(box(0, 0), box(10, 0)));
  assert.not.ok(overlap(box(0, 0), box(0, 10)));
  assert.ok(overlap(box(0, 0), box(9.9, 9.9)));
  assert.ok(overlap(box(0, 0, 30, 30), box(10, 10, 2, 2)));
});

test('a label goes to its first free place, and to its first where none is free', () => {
  const places = [box(0, 0), box(0, 20), box(0, 40)];
  assert.equal(placeLabels([places, places, places, places], []), [0, 1, 2, 0]);
  assert.equal(placeLabels([places, places], [box(5, 5)]), [1, 2]);
});

test('no label that found a free place lies on anything', () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = createRandom(seed);
  const obstacles = Array.from({ length: 40 }, () => box(random.integer(0, 400), random.integer(0, 400)));
  const labels = obstacles.map(({ left, top }) => [box(left + 10, top), box(left - 10, top), box(left, top - 10)]);
  const chosen = placeLabels(labels, obstacles);
  const placed: Box[] = [];
  for (const [i, place] of chosen.entries()) {
    const isFree = (at: Box) => ![...obstacles, ...placed].some((other) => overlap(at, other));
    const free = labels[i].findIndex(isFree);
    assert.is(place, Math.max(0, free), `label ${i}, seed ${seed}`);
    placed.push(labels[i][place]);
  }
});

test.run();
