import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkPixels, pixelClip } from './clip.ts';

test('bytes become colours of 0 to 1, frame by frame', () => {
  const clip = pixelClip([Uint8Array.of(0, 51, 255, 1, 2, 3), Uint8Array.of(102, 0, 0, 4, 5, 6)]);
  assert.equal([clip.T, clip.N], [2, 2]);
  const expected = [0, 0.2, 1, 1 / 255, 2 / 255, 3 / 255, 0.4, 0, 0, 4 / 255, 5 / 255, 6 / 255];
  assert.equal(clip.data, Float32Array.from(expected));
  checkPixels(clip, 2, 'clip 0');
  assert.throws(() => pixelClip([new Uint8Array(6), new Uint8Array(9)]), /3 pixels in frame 1 after 2/);
});

test('what PixT cannot take is refused by name', () => {
  const clip = (T: number, N: number, data = new Float32Array(T * N * 3)) => ({ T, N, data });
  assert.throws(() => checkPixels(clip(0, 2), 4, 'clip 3'), /reading clip 3: got 0 frames/);
  assert.throws(() => checkPixels(clip(2, 0), 4, 'clip 3'), /0 pixels, need 1 to 4/);
  assert.throws(() => checkPixels(clip(2, 5), 4, 'clip 3'), /5 pixels, need 1 to 4/);
  assert.throws(() => checkPixels(clip(2, 2, new Float32Array(11)), 4, 'clip 3'), /11 values/);
  for (const places of [[0], [1, 1], [0, 4], [-1, 0], [0, 0.5]]) {
    assert.throws(
      () => checkPixels({ ...clip(1, 2), places }, 4, 'clip 3'),
      /places .* need 2 different ones of 0 to 3/,
    );
  }
  checkPixels({ ...clip(1, 2), places: [3, 0] }, 4, 'clip 3');
  for (const value of [-0.1, 1.5, Number.NaN, 255]) {
    const data = new Float32Array(12).fill(0.5).with(10, value);
    assert.throws(() => checkPixels(clip(2, 2, data), 4, 'clip 3'), /in frame 1, pixel 1, need red, green and blue/);
  }
});

test.run();
