import { testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Query } from '../points.ts';
import { trackVideo } from '../track.ts';
import { memorySource, movingFrames, randomTexture, render } from './synthetic-video.ts';
import { createKltTracker } from './tracker.ts';

const seed = (Math.random() * 2 ** 32) >>> 0;
const [width, height] = [161, 123];

/** Queries on a grid, `margin` pixels inside the picture, at fractions of a pixel. */
function grid(margin: number, frame = 0): Query[] {
  const at = (i: number, size: number) => margin + ((size - 1 - 2 * margin) * i) / 3 + 0.37;
  return Array.from({ length: 16 }, (_, i) => ({
    frame,
    x: at(i % 4, width - 1),
    y: at(Math.floor(i / 4), height - 1),
  }));
}

async function track(frames: Uint8Array[], queries: Query[]) {
  const context = await testContext();
  const { pixels, cost } = await trackVideo(context, memorySource(width, height, frames), queries);
  assert.is(context.liveBytes, 0);
  const at = (t: number, n: number) => [
    ...pixels.subarray((t * queries.length + n) * 3, (t * queries.length + n) * 3 + 3),
  ];
  return { at, pixels, cost };
}

/** Degrees a frame about the middle of the picture, and how far off a point may be: a window that turns is matched a little beside. */
for (const [degrees, bound] of [
  [0, 0.15],
  [0.5, 1],
] as const) {
  test(`follows a known motion with ${degrees}° a frame, also from a later frame (seed ${seed})`, async () => {
    const T = 14;
    const middle = { x: 80, y: 61 };
    const pose = (t: number) => ({ angle: (t * degrees * Math.PI) / 180, dx: 1.3 * t, dy: 4 * Math.sin(t / 3) });
    const turned = (x: number, y: number, angle: number) => [
      x * Math.cos(angle) - y * Math.sin(angle),
      x * Math.sin(angle) + y * Math.cos(angle),
    ];
    const origin = (t: number, x: number, y: number): [number, number] => {
      const { angle, dx, dy } = pose(t);
      const [u, v] = turned(x - middle.x - dx, y - middle.y - dy, -angle);
      return [middle.x + u!, middle.y + v!];
    };
    const queries = [...grid(35), ...grid(35, 3)];
    const { at } = await track(movingFrames(width, height, T, randomTexture(seed), origin), queries);
    for (const [n, { frame, x, y }] of queries.entries()) {
      const [x0, y0] = origin(frame, x, y);
      for (let t = 0; t < T; t++) {
        const [px, py, occluded] = at(t, n);
        const { angle, dx, dy } = pose(t);
        const [u, v] = turned(x0 - middle.x, y0 - middle.y, angle);
        const expected = t < frame ? [x, y] : [middle.x + dx + u!, middle.y + dy + v!];
        const error = Math.hypot(px! - expected[0]!, py! - expected[1]!);
        const where = `seed ${seed}, point ${n}, frame ${t}`;
        assert.ok(error < (t < frame ? 1e-4 : bound), `${where}: off by ${error}`);
        assert.is(occluded, t < frame ? 1 : 0, where);
      }
    }
  });
}

test('reading back after every frame, after many or once at the end gives the same tracks and makes no GPU object', async () => {
  const context = await testContext();
  const frames = movingFrames(64, 48, 70, randomTexture(seed), (t, x, y) => [x - 0.2 * t, y + 0.1 * t]);
  const queries: Query[] = [
    { frame: 0, x: 20, y: 20 },
    { frame: 66, x: 31.5, y: 22.25 },
  ];
  const results: number[][] = [];
  for (const every of [1, 9, Infinity]) {
    const tracker = await createKltTracker(context, 64, 48, queries);
    const before = { ...context.created };
    const out: number[] = [];
    const take = async () => {
      for (const piece of await tracker.take()) out.push(...piece);
    };
    for (const [i, frame] of frames.entries()) {
      await tracker.push(frame);
      if ((i + 1) % every === 0) await take();
    }
    await take();
    assert.equal(context.created, before);
    await tracker.destroy();
    assert.is(out.length, 70 * 2 * 3);
    results.push(out);
  }
  assert.equal(results[1], results[0]);
  assert.equal(results[2], results[0]);
});

test(`a covered point is occluded, and visible again when it is seen again (seed ${seed})`, async () => {
  const T = 16;
  const [back, front] = [randomTexture(seed, 5, 12), randomTexture(seed + 1, 5, 12)];
  // A bar, 50 pixels wide, crosses from left to right over a background at rest.
  const bar = (t: number) => -60 + 14 * t;
  const frames = Array.from({ length: T }, (_, t) =>
    render(width, height, (x, y) => (x >= bar(t) && x < bar(t) + 50 ? front(x - bar(t), y) : back(x, y))),
  );
  const { at } = await track(frames, [{ frame: 0, x: 80.5, y: 60.5 }]);
  for (let t = 0; t < T; t++) {
    const [x, y, occluded] = at(t, 0);
    const covered = bar(t) + 8 < 80.5 && 80.5 < bar(t) + 42;
    const clear = bar(t) > 80.5 + 12 || bar(t) + 50 < 80.5 - 12;
    if (covered) assert.is(occluded, 1, `frame ${t}: covered`);
    if (t < 9 && clear) assert.ok(occluded === 0 && Math.hypot(x! - 80.5, y! - 60.5) < 0.1, `frame ${t}: in sight`);
  }
});

test('without texture a point stays where it is, occluded', async () => {
  const frames = Array.from({ length: 3 }, () => render(width, height, () => [90, 120, 30]));
  const { at } = await track(frames, [{ frame: 0, x: 50.25, y: 70.5 }]);
  assert.equal(at(0, 0), [50.25, 70.5, 0]);
  assert.equal(at(2, 0), [50.25, 70.5, 1]);
});

test('a point that leaves the picture is occluded', async () => {
  const frames = movingFrames(width, height, 12, randomTexture(seed), (t, x, y) => [x - 5 * t, y]);
  const { at } = await track(frames, [{ frame: 0, x: 120, y: 60 }]);
  assert.is(at(2, 0)[2], 0);
  assert.is(at(11, 0)[2], 1);
});

test('refuses queries outside the clip, and more points than the device holds', async () => {
  const context = await testContext();
  const source = memorySource(8, 8, [render(8, 8, () => [0, 0, 0])]);
  for (const query of [
    { frame: 1, x: 1, y: 1 },
    { frame: 0.5, x: 1, y: 1 },
    { frame: 0, x: Number.NaN, y: 1 },
    { frame: 0, x: 1, y: 8 },
  ]) {
    await rejects(() => trackVideo(context, source, [query]), /point 0 at frame .* need a frame of 0 … 0, 0 ≤ x < 8/);
  }
  await rejects(() => trackVideo(context, source, []), /got no points, need at least one/);
  const most = Math.ceil(context.limits.maxStorageBufferBindingSize / 4 / 18 ** 2);
  const query = { frame: 0, x: 1, y: 1 };
  await rejects(
    () => createKltTracker(context, 8, 8, new Array(most).fill(query)),
    /maxStorageBufferBindingSize.*Track fewer points/,
  );
  assert.is(context.liveBytes, 0);
});

async function rejects(run: () => Promise<unknown>, message: RegExp): Promise<void> {
  let told: unknown;
  await run().catch((error: unknown) => {
    told = error;
  });
  assert.match(String(told), message);
}

test('pieces that come in turns are the tracks, and nothing runs between turns', async () => {
  const context = await testContext();
  const frames = movingFrames(width, height, 10, randomTexture(seed), (t, x, y) => [x - t, y]);
  const whole = await trackVideo(context, memorySource(width, height, frames), grid(30));
  const pieces: [first: number, values: number[]][] = [];
  let [turns, isOn] = [0, false];
  const { pixels } = await trackVideo(context, memorySource(width, height, frames), grid(30), {
    onPoints: (points, first) => {
      assert.ok(isOn);
      pieces.push([first, [...points]]);
    },
    turn: async (work) => {
      turns++;
      isOn = true;
      await work();
      isOn = false;
    },
  });
  assert.equal(
    pieces.map(([first]) => first),
    [0, 4, 8],
  );
  assert.ok(turns >= 4, `${turns} turns: one to begin with, and one a piece`);
  assert.equal([...pixels], [...whole.pixels]);
  assert.equal(
    pieces.flatMap(([, values]) => values),
    [...pixels],
  );
});

test.run();
