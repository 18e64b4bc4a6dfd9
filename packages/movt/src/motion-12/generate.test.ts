import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MOTION_CLASSES, type MotionClass } from './classes.ts';
import { describeClips, generateTracks } from './generate.ts';
import { drawPoints } from './points.ts';
import { createScene, GROUND, SECOND_HALF } from './scene.ts';
import { apply, compose, invert, similarity } from './similarity.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
console.log(`seed ${seed}`);
const OPTIONS = { seed, frames: 32, points: 64 };
const ROUNDS = 6;
const CLASSES = MOTION_CLASSES.length;

const pointAt = ({ data, N }: Tracks, t: number, n: number) => [...data.subarray((t * N + n) * 3, (t * N + n) * 3 + 3)];

test('a clip is the same whatever else is asked for', () => {
  for (const perfect of [true, false]) {
    const many = generateTracks(17, OPTIONS, perfect);
    assert.equal(generateTracks(17, OPTIONS, perfect).data, many.data);
    const few = generateTracks(17, { ...OPTIONS, points: 5 }, perfect);
    for (let t = 0; t < 32; t++) {
      for (let n = 0; n < 5; n++) assert.equal(pointAt(few, t, n), pointAt(many, t, n));
    }
    assert.not.equal(generateTracks(17, { ...OPTIONS, seed: seed ^ 1 }, perfect).data, many.data);
    assert.not.equal(generateTracks(17 + CLASSES, OPTIONS, perfect).data, many.data);
  }
});

test('a set has groups of its own and splits of whole rounds', () => {
  const options = { seed, frames: 16, points: 3 };
  const clips = Array.from({ length: 10 * CLASSES }, (_, i) => generateTracks(i, options, false));
  const set = describeClips(clips, options, [8, 1, 1], 'for a test');
  assert.equal(set.classes, [...MOTION_CLASSES]);
  assert.is(new Set(set.group).size, clips.length);
  for (let label = 0; label < CLASSES; label++) {
    const splits = set.split!.filter((_, i) => set.labels![i] === label);
    assert.equal(splits, [0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  }
  assert.ok(describeClips(clips, options, [0, 0, 1], '').split!.every((part) => part === 2));
  const rounds = describeClips(clips, options, [2, 1, 2], '').split!.filter((_, i) => i % CLASSES === 5);
  assert.equal(rounds, [0, 0, 1, 2, 2, 0, 0, 1, 2, 2]);
  assert.match(set.source!, new RegExp(`120 clips of 16 frames and 3 points, seed ${seed}, for a test`));
});

test('refuses clips too short to oscillate in', () => {
  assert.throws(() => generateTracks(0, { ...OPTIONS, frames: 15 }, true), /got 15 frames, need at least 16/);
});

test('points are seen in the first frame, on the thing and on the ground', () => {
  for (let clip = 0; clip < CLASSES; clip++) {
    const scene = createScene(seed, clip, 32);
    const onThing = drawPoints(scene, 64).filter(({ layer }) => layer !== GROUND).length;
    assert.ok(onThing >= 15 && onThing <= 55, `clip ${clip}: ${onThing} of 64`);
    const tracks = generateTracks(clip, OPTIONS, true);
    for (let n = 0; n < 64; n++) assert.is(pointAt(tracks, 0, n)[2], 0);
  }
});

test('true points are hidden where they leave the picture; a ground point also behind the thing', () => {
  let covered = 0;
  for (let clip = 0; clip < 2 * CLASSES; clip++) {
    const { data } = generateTracks(clip, OPTIONS, true);
    for (let i = 0; i < data.length; i += 3) {
      const isInside = Math.max(Math.abs(data[i]!), Math.abs(data[i + 1]!)) <= 1;
      if (!isInside) assert.is(data[i + 2], 1);
      else if (data[i + 2] === 1) covered++;
    }
  }
  assert.ok(covered > 0);
});

test('faults hide more points than truth does, and move those that are seen by little in the middle', () => {
  let [more, less] = [0, 0];
  const errors: number[] = [];
  for (let clip = 0; clip < 2 * CLASSES; clip++) {
    const truth = generateTracks(clip, OPTIONS, true).data;
    const found = generateTracks(clip, OPTIONS, false).data;
    for (let i = 0; i < truth.length; i += 3) {
      if (found[i + 2]! > truth[i + 2]!) more++;
      if (found[i + 2]! < truth[i + 2]!) less++;
      if (found[i + 2] === 0) errors.push(Math.hypot(found[i]! - truth[i]!, found[i + 1]! - truth[i + 1]!));
    }
  }
  errors.sort((a, b) => a - b);
  assert.is(less, 0, 'nobody sees what is hidden');
  assert.ok(more > 0.03 * (more + errors.length));
  const median = errors[Math.floor(errors.length / 2)]!;
  assert.ok(median > 0.0005 && median < 0.03, `median error ${median}`);
});

/** How the thing has moved between two moments relative to the ground, at its origin, and how far its halves stand apart. */
function change(clip: number, from: number, to: number) {
  const scene = createScene(seed, clip, 32);
  const relative = (t: number) => {
    const maps = scene.mapsAt(t);
    const toGround = invert(maps[GROUND]!);
    return [1, SECOND_HALF].map((half) => compose(toGround, maps[half]!));
  };
  const [before, after] = [relative(from), relative(to)];
  const middle = ([first, second]: ReturnType<typeof relative>) => [
    (first!.x + second!.x) / 2,
    (first!.y + second!.y) / 2,
  ];
  const gap = ([first, second]: ReturnType<typeof relative>) =>
    Math.hypot(first!.x - second!.x, first!.y - second!.y) / Math.hypot(first!.a, first!.b);
  const turned = compose(after[0]!, invert(before[0]!));
  return {
    x: middle(after)[0]! - middle(before)[0]!,
    y: middle(after)[1]! - middle(before)[1]!,
    angle: Math.atan2(turned.b, turned.a),
    growth: Math.log(Math.hypot(turned.a, turned.b)),
    gap: gap(after) - gap(before),
  };
}

test('from first frame to last, each motion does what its name says, and nothing else does', () => {
  for (let clip = 0; clip < ROUNDS * CLASSES; clip++) {
    const kind = MOTION_CLASSES[clip % CLASSES]!;
    const { x, angle, growth, gap } = change(clip, 0, 31);
    const found = (
      [
        ['move left', x < -0.2],
        ['move right', x > 0.2],
        ['turn clockwise', angle > 0.6],
        ['turn anticlockwise', angle < -0.6],
        ['zoom in', growth > 0.28],
        ['zoom out', growth < -0.28],
        ['part', gap > 0.2],
        ['join', gap < -0.2],
      ] as const satisfies readonly (readonly [MotionClass, boolean])[]
    ).flatMap(([name, holds]) => (holds ? [name] : []));
    // An oscillation may stand anywhere in the end.
    if (['wave', 'shake', 'nod'].includes(kind)) continue;
    assert.equal(found, kind === 'still' ? [] : [kind], `clip ${clip}`);
  }
});

test('oscillations turn back again and again: shake and nod along their axes, wave slowly and with a turn', () => {
  for (let clip = 0; clip < ROUNDS * CLASSES; clip++) {
    const kind = MOTION_CLASSES[clip % CLASSES]!;
    const steps = Array.from({ length: 31 }, (_, t) => change(clip, t, t + 1));
    const path = (key: 'x' | 'y' | 'angle') => steps.reduce((sum, step) => sum + Math.abs(step[key]), 0);
    const turns = (key: 'x' | 'y') => steps.filter((step, i) => i > 0 && step[key] * steps[i - 1]![key] < 0).length;
    if (kind === 'shake') assert.ok(path('x') > 2 * path('y') && turns('x') >= 5, `clip ${clip}`);
    if (kind === 'nod') assert.ok(path('y') > 2 * path('x') && turns('y') >= 3, `clip ${clip}`);
    if (kind === 'wave') assert.ok(path('angle') > 0.25 && turns('x') >= 1 && turns('x') <= 7, `clip ${clip}`);
    if (kind === 'still') assert.ok(path('x') + path('y') + path('angle') < 0.25, `clip ${clip}`);
  }
});

test('similarities compose, and an inverse undoes', () => {
  const [f, g] = [similarity({ x: 0.3, y: -1 }, 0.7, 1.4), similarity({ x: -2, y: 0.1 }, -2, 0.3)];
  const p = { x: 0.6, y: 0.2 };
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12);
  const [once, both] = [apply(f, apply(g, p)), apply(compose(f, g), p)];
  close(once.x, both.x);
  close(once.y, both.y);
  const back = apply(invert(f), apply(f, p));
  close(back.x, p.x);
  close(back.y, p.y);
  // A quarter turn clockwise takes what is on the right to below: y points down.
  const { x, y } = apply(similarity({ x: 0, y: 0 }, Math.PI / 2, 2), { x: 1, y: 0 });
  close(x, 0);
  close(y, 2);
});

test.run();
