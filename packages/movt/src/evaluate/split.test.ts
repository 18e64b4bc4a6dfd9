import type { TrackSet } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Checkpoint } from '../checkpoint.ts';
import { presetConfig } from '../presets.ts';
import { checkTruth } from './check-truth.ts';
import { clipsOfSplit, heldOutSplit, selectClips } from './split.ts';

const clip = (value: number) => ({ data: new Float32Array(6).fill(value), T: 2, N: 1 });
const set = {
  clips: [0, 1, 2, 3].map(clip),
  labels: [3, 2, 1, 0],
  targets: Float32Array.of(0, 10, 1, 11, 2, 12, 3, 13),
  split: [0, 2, 0, 2],
  group: [5, 6, 7, 8],
  classes: ['a', 'b', 'c', 'd'],
  source: 'made up',
} satisfies TrackSet;

test('clips are selected with all that is known of them', () => {
  assert.equal(selectClips(set, clipsOfSplit(set, 'test', 'x')), {
    clips: [clip(1), clip(3)],
    labels: [2, 0],
    targets: Float32Array.of(1, 11, 3, 13),
    split: [2, 2],
    group: [6, 8],
    classes: ['a', 'b', 'c', 'd'],
    source: 'made up',
  });
  assert.equal(selectClips({ clips: set.clips }, [3, 0]), { clips: [clip(3), clip(0)] });
});

test('a split is found by its number; one without clips is refused, with those that have some', () => {
  assert.equal(clipsOfSplit(set, 'train', 'x'), [0, 2]);
  assert.equal(clipsOfSplit({ ...set, split: [0, 1, 1, 2] }, 'validation', 'x'), [1, 2]);
  assert.equal(clipsOfSplit({ clips: set.clips }, 'all', 'x'), [0, 1, 2, 3]);
  const empty = /validation split of x: got no clip in it, only in train and test/;
  assert.throws(() => clipsOfSplit(set, 'validation', 'x'), empty);
  assert.throws(() => clipsOfSplit({ clips: set.clips }, 'test', 'x'), /got no splits/);
});

test('what is held out is test, else validation, else everything', () => {
  assert.is(heldOutSplit(set), 'test');
  assert.is(heldOutSplit({ ...set, split: [0, 1, 0, 1] }), 'validation');
  assert.is(heldOutSplit({ ...set, split: [0, 0, 0, 0] }), 'all');
  assert.is(heldOutSplit({ clips: set.clips }), 'all');
});

test('data and model must agree on what there is to tell', () => {
  const model = (task: Checkpoint['task'], outputs: number, classes: string[] | null = null): Checkpoint => ({
    config: presetConfig('movt-tiny', outputs),
    weights: new Map(),
    task,
    classes,
  });
  const { clips, labels, targets } = set;
  const refuses = (message: RegExp, checkpoint: Checkpoint, data: TrackSet) =>
    assert.throws(() => checkTruth(checkpoint, data, 'x'), message);
  checkTruth(model('classification', 4, ['a', 'b', 'c', 'd']), set, 'x');
  checkTruth(model('classification', 4), set, 'x');
  checkTruth(model('classification', 9), { clips, labels }, 'x');
  checkTruth(model('regression', 2), set, 'x');
  refuses(/"b" as class 1, need "B", as the model calls it/, model('classification', 4, ['a', 'B', 'c', 'd']), set);
  refuses(/4 classes, need the 5 of the model/, model('classification', 5), set);
  refuses(/label 3 of clip 0, need a class of the model, from 0 to 2/, model('classification', 3), { clips, labels });
  refuses(/a model of 4097 classes, need at most 4096/, model('classification', 4097), { clips, labels });
  refuses(/no labels/, model('classification', 4), { clips, targets });
  refuses(/no targets/, model('regression', 2), { clips, labels });
  refuses(/2 target\(s\) a clip, need the model's 3/, model('regression', 3), set);
});

test.run();
