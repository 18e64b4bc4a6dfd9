import { testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluateTracker, parseAnnotations, timeTracker, timingClip } from './evaluate.ts';
import { memorySource, movingFrames, randomTexture } from './klt/synthetic-video.ts';

const seed = (Math.random() * 2 ** 32) >>> 0;
const [width, height, T] = [120, 96, 8];
const frames = movingFrames(width, height, T, randomTexture(seed), (t, x, y) => [x - 2 * t, y + t]);

/** Three points of the moving texture in frames 1, 4 and 7; the first is not annotated in frame 1, the last never. */
const annotations = JSON.stringify({
  width,
  height,
  frames: [1, 4, 7].map((frame) => ({
    frame,
    points: [frame === 1 ? null : [30 + 2 * frame, 60 - frame], [60.5 + 2 * frame, 50 - frame], null],
  })),
});

test(`a video whose motion is known scores full marks (seed ${seed})`, async () => {
  const context = await testContext();
  const source = memorySource(width, height, frames);
  const { metrics, queries } = await evaluateTracker(context, source, parseAnnotations(annotations, 'a.json'));
  assert.equal(queries, [
    { frame: 4, x: 38, y: 56 },
    { frame: 1, x: 62.5, y: 49 },
  ]);
  assert.equal([metrics.AJ, metrics.delta_avg, metrics.OA], [1, 1, 1]);
});

test('a picture of another size is refused', async () => {
  const context = await testContext();
  const other = parseAnnotations(annotations.replace('"width":120', '"width":121'), 'a.json');
  let told = '';
  await evaluateTracker(context, memorySource(width, height, frames), other).catch((error) => {
    told = String(error);
  });
  assert.match(told, /got a video of 120×96 pixels, need 121×96/);
});

test('annotations that are none are refused', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '{"width":1,"height":1,"frames":[]}',
    annotations.replace('"width":120', '"width":-1'),
    annotations.replace('"frame":4', '"frame":1'),
    annotations.replace('null', '[1]'),
    annotations.replace('[null,', '['),
  ]) {
    assert.throws(() => parseAnnotations(text, 'a.json'), /reading a\.json: got/);
  }
});

test('timing gives a positive number for each count', async () => {
  const context = await testContext();
  const times = await timeTracker(context, await timingClip(memorySource(width, height, frames)), [1, 7]);
  assert.is(times.length, 2);
  assert.ok(times.every((ms) => ms > 0 && Number.isFinite(ms)));
  assert.is(context.liveBytes, 0);
});

test.run();
