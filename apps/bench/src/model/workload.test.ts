import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workloadNames, workloadOf } from './workload.ts';

test('each kind of model has clips that it takes', () => {
  for (const preset of ['movt-tiny', 'pixt-tiny', 'videomae-small']) {
    assert.ok(workloadNames.includes(preset));
    const { model, weights, drawClips } = workloadOf(preset, 2, 5);
    const clips = drawClips(2);
    assert.is(clips.length, 2);
    for (const clip of clips) model.check(clip, preset);
    assert.equal(
      [...weights.keys()],
      model.parameters.map(({ name }) => name),
    );
  }
  assert.is(workloadOf('videomae-small', 16, 5).model.shapeOf([0]).points, 14 * 14);
});

test('what no model takes is refused', () => {
  assert.throws(() => workloadOf('movt-huge', 8, 5), /got movt-huge, need one of movt-base, /);
  assert.throws(() => workloadOf('movt-tiny', 1, 5), /got 1 frame, need at least 2/);
  assert.throws(() => workloadOf('videomae-small', 3, 5), /frames = 3, need a multiple of tubelet/);
});

test.run();
