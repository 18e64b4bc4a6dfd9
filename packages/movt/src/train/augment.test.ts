import { createRandom } from '@movt/kernels';
import { assertClose } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { augmentClip } from './augment.ts';
import { type Augmentation, parseSettings } from './settings.ts';

const settingsOf = (augmentation: Partial<Augmentation>) => parseSettings({ augmentation }, 'the test').augmentation;
const random = createRandom(11);

/** Points that move evenly, each by its own velocity: (n + 1)/100 a frame in x; x tells the frame, y the point. */
function evenClip(T: number, N: number): Tracks {
  const data = new Float32Array(T * N * 3);
  for (let i = 0; i < T * N; i++) data.set([(Math.floor(i / N) * ((i % N) + 1)) / 100, i % N, 0], i * 3);
  return { data, T, N };
}

function randomClip(T: number, N: number): Tracks {
  return {
    data: random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.8) : value)),
    T,
    N,
  };
}

const clip = evenClip(40, 6);
const augment = (settings: Partial<Augmentation>, index = 0, from = clip, maxFrames = from.T) =>
  augmentClip(from, settingsOf(settings), maxFrames, 3, 1, index);
const many = <T>(work: (index: number) => T) => Array.from({ length: 200 }, (_, index) => work(index));

test('off, nothing is changed; the clip itself never is', () => {
  const from = randomClip(9, 4);
  const before = from.data.slice();
  assert.equal(augment({}, 0, from), from);
  const all = {
    crop: 0.5,
    speed: 2,
    dropPoints: 0.5,
    rotation: 90,
    scale: 2,
    shear: 1,
    shift: 1,
    flip: true,
    drift: 1,
    occlusion: 0.5,
  };
  const changed = augment(all, 0, from);
  assert.equal(from.data, before);
  assert.equal(augment(all, 0, from), changed, 'the same of seed, epoch and index');
  assert.not.equal(augment(all, 1, from).data, changed.data);
  assert.not.equal(augmentClip(from, settingsOf(all), 9, 3, 2, 0).data, changed.data);
  assert.not.equal(augmentClip(from, settingsOf(all), 9, 4, 1, 0).data, changed.data);
});

test('crop keeps frames that follow each other, of every length that is allowed', () => {
  const lengths = many((index) => {
    const { data, T, N } = augment({ crop: 0.5 }, index);
    const first = Math.round(data[0] * 100);
    assert.equal(data, clip.data.subarray(first * N * 3, (first + T) * N * 3));
    return T;
  });
  assert.equal([Math.min(...lengths), Math.max(...lengths)], [20, 39]);
});

test('speed scales velocities, and a clip played slowly is cut to the frames there is room for', () => {
  const speeds = many((index) => {
    const { data, T, N } = augment({ speed: 2 }, index, clip, 60);
    const speed = (data[(N + 2) * 3] - data[2 * 3]) / 0.03;
    for (let t = 1; t < T; t++) {
      for (let n = 0; n < N; n++) {
        const velocity = data[(t * N + n) * 3] - data[((t - 1) * N + n) * 3];
        assert.ok(Math.abs(velocity - (speed * (n + 1)) / 100) < 1e-5, `velocity ${velocity} at ${t}, ${n}`);
      }
    }
    assert.ok(Math.abs(T - Math.min(60, 0.5 + 39 / speed)) < 0.51, `${T} frames at speed ${speed}`);
    return speed;
  });
  assert.ok(Math.min(...speeds) < 0.55 && Math.min(...speeds) >= 0.499);
  assert.ok(Math.max(...speeds) > 1.9 && Math.max(...speeds) <= 2.001);
  const halves = speeds.filter((speed) => speed < 1).length;
  assert.ok(halves > 60 && halves < 140, `${halves} of 200 are slower`);
});

test('points are dropped, up to the share and never all; those left keep their paths', () => {
  const counts = many((index) => {
    const { data, T, N } = augment({ dropPoints: 0.5 }, index);
    const points = Array.from({ length: N }, (_, n) => data[n * 3 + 1]);
    assert.equal(
      [...points].sort((a, b) => a - b),
      points,
    );
    for (let t = 0; t < T; t++) {
      for (const [k, n] of points.entries()) {
        const at = (t * clip.N + n) * 3;
        assert.equal(data.subarray((t * N + k) * 3, (t * N + k) * 3 + 3), clip.data.subarray(at, at + 3));
      }
    }
    return N;
  });
  assert.equal([...new Set(counts)].sort(), [3, 4, 5, 6]);
  many((index) => assert.is(augment({ dropPoints: 0.99 }, index, evenClip(3, 1)).N, 1));
});

test('rotation and scale keep angles; shift and flip keep distances; each within its bounds', () => {
  const from = randomClip(5, 4);
  const distance = ({ data }: Tracks, i: number, j: number) =>
    Math.hypot(data[i * 3] - data[j * 3], data[i * 3 + 1] - data[j * 3 + 1]);
  const ratios = (changed: Tracks) =>
    Array.from({ length: 19 }, (_, i) => distance(changed, i, i + 1) / distance(from, i, i + 1));
  many((index) => {
    for (const settings of [{ rotation: 180 }, { shift: 2 }, { flip: true }]) {
      assertClose(
        Float32Array.from(ratios(augment(settings, index, from))),
        new Float64Array(19).fill(1),
        {
          rtol: 1e-3,
          atol: 1e-4,
        },
        `clip ${index}`,
      );
    }
    const [ratio, ...others] = ratios(augment({ scale: 1.5, rotation: 30 }, index, from));
    assert.ok(ratio > 1 / 1.501 && ratio < 1.501);
    assertClose(
      Float32Array.from(others),
      new Float64Array(18).fill(ratio),
      { rtol: 1e-3, atol: 1e-4 },
      `clip ${index}`,
    );
    const moved = augment({ shift: 0.25 }, index, from).data;
    assert.ok(Math.abs(moved[0] - from.data[0]) <= 0.2501 && Math.abs(moved[1] - from.data[1]) <= 0.2501);
    const sheared = augment({ shear: 0.3 }, index, from).data;
    assert.ok(
      Math.abs(sheared[0] - from.data[0]) <= 0.3 * Math.abs(from.data[1]) + 1e-6 && sheared[1] === from.data[1],
    );
    assert.equal(
      moved.filter((_, i) => i % 3 === 2),
      from.data.filter((_, i) => i % 3 === 2),
      'occlusion is kept',
    );
  });
  const mirrored = many((index) => Math.sign(augment({ flip: true }, index, from).data[0] / from.data[0]));
  const flips = mirrored.filter((sign) => sign < 0).length;
  assert.ok(flips > 60 && flips < 140, `${flips} of 200 are mirrored`);
});

test('drift is slow: positions leave by the deviation, velocities by far less', () => {
  const still = { data: new Float32Array(64 * 50 * 3), T: 64, N: 50 };
  const { data } = augment({ drift: 0.1 }, 0, still);
  const at = (t: number, i: number) => data[(t * 50 + (i >> 1)) * 3 + (i & 1)];
  const deviation = (values: number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  const knots = Array.from({ length: 800 }, (_, i) => at(8 * (i % 8), i >> 3));
  const steps = Array.from(
    { length: 6300 },
    (_, i) => at(1 + (i % 63), Math.floor(i / 63)) - at(i % 63, Math.floor(i / 63)),
  );
  assert.ok(Math.abs(deviation(knots) - 0.1) < 0.02, `${deviation(knots)}`);
  assert.ok(Math.abs(deviation(steps) - (0.1 * Math.SQRT2) / 8) < 0.003, `${deviation(steps)}`);
});

test('occlusion hides points for one spell each, where they were last seen; frame 0 is always seen', () => {
  const { data, T, N } = augment({ occlusion: 0.5 }, 0, evenClip(20, 400));
  let hidden = 0;
  for (let n = 0; n < N; n++) {
    const flags = Array.from({ length: T }, (_, t) => data[(t * N + n) * 3 + 2]);
    const [first, last] = [flags.indexOf(1), flags.lastIndexOf(1)];
    if (first < 0) continue;
    hidden++;
    assert.ok(first > 0 && last - first <= T / 2);
    assert.ok(flags.slice(first, last + 1).every((flag) => flag === 1));
    for (let t = first; t <= last; t++) assert.is(data[(t * N + n) * 3], data[((first - 1) * N + n) * 3]);
  }
  assert.ok(hidden > 140 && hidden < 260, `${hidden} of 400 points hidden`);
});

test.run();
