import { checkTracks, type TrackSet } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSettings, type TrainSettingsInput } from './settings.ts';
import { splitForTraining } from './splits.ts';

/** Clips whose first coordinate is their index. */
function setOf(count: number, rest: Omit<TrackSet, 'clips'>): TrackSet {
  const clip = (i: number) => ({ data: Float32Array.of(i, 0, 0, 1, 1, 0), T: 2, N: 1 });
  return { clips: Array.from({ length: count }, (_, i) => clip(i)), ...rest };
}

const indices = (part: TrackSet | null) => part?.clips.map(({ data }) => data[0]);
const divide = (set: TrackSet, validation = 0, seed = 0, rest: TrainSettingsInput = {}) =>
  splitForTraining(set, parseSettings({ validation, seed, ...rest }, 'the test'), 'x.safetensors', checkTracks);

test("a set's own splits are used, and its test clips are left alone", () => {
  const set = setOf(5, {
    labels: [0, 1, 1, 0, 1],
    split: [0, 1, 0, 2, 1],
    group: [9, 8, 7, 6, 5],
    classes: ['a', 'b'],
  });
  const { train, validation, task, outputs, classes } = divide({ ...set, labels: [0, 0, 1, 0, 1] });
  assert.equal(
    [indices(train), train.labels, train.group],
    [
      [0, 2],
      [0, 1],
      [9, 7],
    ],
  );
  assert.equal(
    [indices(validation), validation?.labels, validation?.group],
    [
      [1, 4],
      [0, 1],
      [8, 5],
    ],
  );
  assert.equal([task, outputs, classes], ['classification', 2, ['a', 'b']]);
});

test('without splits all clips are for training; targets are regressed', () => {
  const { train, validation, task, outputs, classes } = divide(setOf(2, { targets: Float32Array.of(1, 2, 3, 4) }));
  assert.equal([indices(train), [...train.targets!], validation], [[0, 1], [1, 2, 3, 4], null]);
  assert.equal([task, outputs, classes], ['regression', 2, null]);
});

test('a share is held out by whole groups, about as much of each class, another for another seed', () => {
  const count = 400;
  const group = Array.from({ length: count }, (_, i) => Math.floor(i / 4));
  const labels = group.map((g) => (g < 80 ? g % 2 : 2)); // 160, 160 and 80 clips
  const set = setOf(count, { labels, group, split: labels.map((_, i) => (i >= 396 ? 2 : 0)) });
  const { train, validation } = divide(set, 0.25, 3);
  const all = [...indices(train)!, ...indices(validation)!].sort((a, b) => a - b);
  assert.equal(
    all,
    Array.from({ length: 396 }, (_, i) => i),
    'each training clip is in one of the two',
  );
  const held = new Set(validation!.group);
  assert.not.ok(
    train.group!.some((g) => held.has(g)),
    'a group is in both',
  );
  const counts = [0, 1, 2].map((label) => validation!.labels!.filter((other) => other === label).length);
  assert.equal(counts, [40, 40, 20]);
  assert.equal(indices(divide(set, 0.25, 3).validation), indices(validation));
  assert.not.equal(indices(divide(set, 0.25, 4).validation), indices(validation));
});

const faults: [what: string, set: TrackSet, share: number, message: RegExp][] = [
  ['both', setOf(2, { labels: [0, 1], targets: Float32Array.of(1, 2) }), 0, /got labels and targets, need one of them/],
  ['neither', setOf(2, {}), 0, /got neither labels nor targets/],
  ['label', setOf(2, { labels: [0, 2], classes: ['a', 'b'] }), 0, /label 2 of clip 1, need a class index of 0 to 1/],
  [
    'absent',
    setOf(2, { labels: [0, 2], classes: ['a', 'b', 'c', 'd'] }),
    0,
    /no training clip of class 1 \(b\), 3 \(d\), need at least one of each/,
  ],
  ['absent', setOf(2, { labels: [0, 2] }), 0, /no training clip of class 1, need/],
  ['only in test', setOf(3, { labels: [0, 1, 1], split: [0, 2, 1] }), 0, /no training clip of class 1, need/],
  ['no train', setOf(2, { labels: [0, 1], split: [2, 1] }), 0, /no training clip, need clips of split 0/],
  ['two validations', setOf(2, { labels: [0, 0], split: [0, 1] }), 0.5, /1 validation clips, and a share of 0\.5/],
  [
    'too small a share',
    setOf(2, { labels: [0, 1] }),
    0.1,
    /choosing clips for validation: got 0\.1 of 2 training clips/,
  ],
  ['NaN', { clips: [{ data: Float32Array.of(1, NaN, 0, 1, 1, 0), T: 2, N: 1 }], labels: [0] }, 0, /y = NaN at frame 0/],
  ['NaN', setOf(2, { targets: Float32Array.of(1, NaN) }), 0, /target NaN of clip 1/],
];

for (const [what, set, share, message] of faults) {
  test(`refuses ${what}: ${message.source}`, () => assert.throws(() => divide(set, share), message));
}

test('settings that go by validation need some', () => {
  const set = setOf(4, { labels: [0, 1, 0, 1] });
  const unjudged: TrainSettingsInput[] = [{ stopAfter: 3 }, { perVideo: true }, { watch: 'score' }];
  for (const settings of unjudged) {
    assert.throws(() => divide(set, 0, 0, settings), /(stopAfter|perVideo|watch = "score") and no validation clips/);
  }
  const judged = { ...set, split: [0, 0, 1, 1] };
  for (const settings of unjudged.filter(({ perVideo }) => !perVideo)) divide(judged, 0, 0, settings);
  assert.throws(() => divide(judged, 0, 0, { perVideo: true }), /averaging per video: got clips without groups/);
  divide({ ...judged, group: [1, 2, 3, 4] }, 0, 0, { perVideo: true });
});

test.run();
