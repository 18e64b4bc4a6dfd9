import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Augmentation, parseSettings } from '../train/settings.ts';
import { augmentVideo } from './augment.ts';

const [T, height, width] = [8, 6, 10];
const at = (t: number, y: number, x: number) => ((t * height + y) * width + x) * 3;

/** Red is the frame, green the row, blue the column. */
const bytes = new Uint8Array(T * height * width * 3);
for (let t = 0; t < T; t++)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) bytes.set([t, y, x], at(t, y, x));
const clip = { T, height, width, pixels: () => bytes };

const augment = async (settings: Partial<Augmentation>, index = 0, seed = 3) => {
  const parsed = parseSettings({ augmentation: settings }, 'the test').augmentation;
  return (await augmentVideo(clip, parsed, T, seed, 1, index).pixels()) as Uint8Array;
};

test('off, nothing is changed; the same of seed, epoch and index', async () => {
  assert.equal(await augment({}), bytes);
  const all = { crop: 0.5, rotation: 90, scale: 2, shear: 1, shift: 1, flip: true };
  assert.equal(await augment(all), await augment(all));
  assert.not.equal(await augment(all, 1), await augment(all));
  assert.not.equal(await augment(all, 0, 4), await augment(all));
});

test('a part is stretched over all frames, in order', async () => {
  const starts = new Set<number>();
  for (let index = 0; index < 50; index++) {
    const pixels = await augment({ crop: 0.4 }, index);
    const frames = Array.from({ length: T }, (_, t) => pixels[at(t, 2, 3)]);
    starts.add(frames[0]);
    assert.equal(
      frames,
      [...frames].sort((a, b) => a - b),
    );
    assert.ok(frames[T - 1] - frames[0] >= 2, 'at least 0.4 of 7 steps, rounded down');
    assert.equal([pixels[at(5, 2, 3) + 1], pixels[at(5, 2, 3) + 2]], [2, 3], 'places stay');
  }
  assert.ok(starts.size > 2);
});

test('a picture is moved as a whole, the same in every frame, and its edges are drawn out', async () => {
  const { random } = { random: createRandom(5) };
  for (let round = 0; round < 20; round++) {
    const pixels = await augment({ shift: 0.5 }, random.integer(0, 1000));
    const dx = pixels[at(0, 3, 5) + 2] - 5;
    const dy = pixels[at(0, 3, 5) + 1] - 3;
    assert.ok(Math.abs(dx) <= 3 && Math.abs(dy) <= 3, 'half of half a width is 2.5 pixels');
    for (let t = 0; t < T; t++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const clamp = (value: number, most: number) => Math.min(most - 1, Math.max(0, value));
          const seen = [...pixels.subarray(at(t, y, x), at(t, y, x) + 3)];
          assert.equal(seen, [t, clamp(y + dy, height), clamp(x + dx, width)]);
        }
  }
});

test('colours are exchanged and inverted, all of a clip alike', async () => {
  const seen = new Set<string>();
  for (let index = 0; index < 400; index++) {
    const pixels = await augment({ recolour: true }, index);
    const channels = [0, 1, 2].map((channel) => [...pixels.filter((_, i) => i % 3 === channel)]);
    const way = channels.map((values) =>
      [0, 1, 2].flatMap((from) =>
        [false, true]
          .filter((inverted) =>
            values.every((value, i) => value === (inverted ? 255 - bytes[3 * i + from] : bytes[3 * i + from])),
          )
          .map((inverted) => `${from}${inverted}`),
      ),
    );
    assert.ok(way.every((found) => found.length === 1));
    seen.add(way.join());
  }
  assert.is(seen.size, 48);
});

test.run();
