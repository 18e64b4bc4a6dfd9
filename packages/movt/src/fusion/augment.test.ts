import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { presetConfig } from '../presets.ts';
import { parseSettings } from '../train/settings.ts';
import { parseVideomaeConfig } from '../videomae/config.ts';
import { fusionConfig } from './config.ts';
import { fusionModel } from './model.ts';

const [T, SIDE] = [8, 32];
/** Pixels, of the middle of a dot of 3×3 that goes to the right. */
const dot = (t: number) => ({ x: 10.5 + t, y: 14.5 });

function drawClip() {
  const data = new Float32Array(T * 3);
  const bytes = new Uint8Array(T * SIDE * SIDE * 3);
  for (let t = 0; t < T; t++) {
    const { x, y } = dot(t);
    data.set([(x - SIDE / 2) / (SIDE / 2), (y - SIDE / 2) / (SIDE / 2), 0], 3 * t);
    for (let row = y - 1.5; row < y + 1; row++)
      for (let column = x - 1.5; column < x + 1; column++)
        bytes.set([255, 255, 255], ((t * SIDE + row) * SIDE + column) * 3);
  }
  return { tracks: { data, T, N: 1 }, video: { T, height: SIDE, width: SIDE, pixels: () => bytes } };
}

/** The middle of what is bright in a frame, in pixels. */
function middleOf(bytes: Uint8Array, t: number) {
  const bright = Array.from({ length: SIDE * SIDE }, (_, i) => i).filter((i) => bytes[(t * SIDE * SIDE + i) * 3] > 0);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return { x: mean(bright.map((i) => (i % SIDE) + 0.5)), y: mean(bright.map((i) => Math.floor(i / SIDE) + 0.5)) };
}

test('the picture is moved as its tracks are, and the same part is shown', async () => {
  const sizes = { model: 'videomae', tubelet: 2, patch: 16, width: 16, layers: 1, heads: 2, mlpRatio: 4 };
  const norms = { normEps: 1e-6, fcNormEps: 1e-6 };
  const videomae = parseVideomaeConfig({ ...sizes, ...norms, frames: T, size: SIDE, outputs: 2 }, 'the test');
  const model = fusionModel(fusionConfig(presetConfig('movt-tiny', 2), videomae, 1));
  const given = { rotation: 20, scale: 1.2, shear: 0.1, shift: 0.1, crop: 0.6, dropPoints: 0.5, speed: 2 };
  const { augmentation } = parseSettings({ augmentation: given }, 'the test');
  for (let index = 0; index < 30; index++) {
    const { tracks, video } = model.augment!(drawClip(), augmentation, T, 3, 1, index);
    const bytes = await video.pixels();
    for (const [of, t] of [
      [0, 0],
      [tracks.T - 1, T - 1],
    ]) {
      const [x, y] = [0, 1].map((axis) => (tracks.data[3 * of + axis] * SIDE) / 2 + SIDE / 2);
      const seen = middleOf(bytes, t);
      const far = Math.hypot(seen.x - x, seen.y - y);
      assert.ok(far < 1.2, `clip ${index}, frame ${t}: ${far} pixels apart`);
    }
  }
});

test.run();
