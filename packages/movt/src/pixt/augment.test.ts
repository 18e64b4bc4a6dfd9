import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { augmentClip } from '../train/augment.ts';
import { type Augmentation, parseSettings } from '../train/settings.ts';
import { augmentPixels } from './augment.ts';

const [T, N] = [12, 5];
/** Red is the frame, green the point. */
const data = Float32Array.from({ length: T * N * 3 }, (_, i) => {
  const cell = Math.floor(i / 3);
  return [Math.floor(cell / N) / T, (cell % N) / N, 0.5][i % 3];
});
const clip = { data, T, N };
const settingsOf = (given: Partial<Augmentation>) => parseSettings({ augmentation: given }, 'the test').augmentation;
const augment = (given: Partial<Augmentation>, index: number) => augmentPixels(clip, settingsOf(given), T, 3, 1, index);

test('what moves places leaves colours alone', () => {
  assert.equal(augment({ rotation: 90, scale: 2, shear: 1, shift: 1, flip: true, drift: 1 }, 0), clip);
});

test('frames and points are those of the tracks', () => {
  const still = { data: data.map((value, i) => (i % 3 === 2 ? 0 : value)), T, N };
  for (let index = 0; index < 50; index++) {
    const pixels = augment({ crop: 0.5, dropPoints: 0.6 }, index);
    const tracks = augmentClip(still, settingsOf({ crop: 0.5, dropPoints: 0.6 }), T, 3, 1, index);
    assert.equal([pixels.T, pixels.N], [tracks.T, tracks.N]);
    assert.equal(
      pixels.data.filter((_, i) => i % 3 < 2),
      tracks.data.filter((_, i) => i % 3 < 2),
    );
    assert.equal(
      pixels.places,
      Array.from({ length: pixels.N }, (_, n) => Math.round(pixels.data[3 * n + 1] * N)),
    );
    const played = augment({ speed: 2 }, index);
    assert.ok(
      played.T <= T &&
        played.data.every((value, i) => i % 3 > 0 || Number.isInteger(Math.round(value * 1e6 * T) / 1e6)),
    );
  }
});

test('colours are exchanged and inverted, all of a clip alike', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 400; index++) {
    const { data: given } = augment({ recolour: true }, index);
    const way = [0, 1, 2].map((channel) => {
      const [first, last] = [given[channel], given[given.length - 3 + channel]];
      const from = [0, 1, 2].find(
        (i) =>
          [data[i], 1 - data[i]].includes(first) &&
          [data[data.length - 3 + i], Math.fround(1 - data[data.length - 3 + i])].includes(last),
      )!;
      const isInverted = from < 2 ? first === 1 : false;
      for (let i = 0; i < data.length; i += 3) {
        assert.is(given[i + channel], Math.fround(isInverted ? 1 - data[i + from] : data[i + from]));
      }
      return `${from}${isInverted}`;
    });
    seen.add(way.join());
  }
  assert.is(seen.size, 24, 'six orders; a constant half looks the same inverted');
});

test('what is dropped twice keeps its places', () => {
  const placed = { ...clip, places: [9, 7, 5, 3, 1] };
  const { data: left, places } = augmentPixels(placed, settingsOf({ dropPoints: 0.6 }), T, 3, 1, 4);
  assert.equal(
    places,
    Array.from(places!, (_, n) => 9 - 2 * Math.round(left[3 * n + 1] * N)),
  );
});

test.run();
