import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countPublished } from './published.ts';
import { countSubject } from './subjects.ts';

test('a tracker adds what it costs itself', () => {
  const size = { width: 320, height: 240 };
  const { cost, scopes } = countSubject('movt-small', { frames: 8, points: 9, classes: 3, size });
  assert.equal(
    scopes.map(({ scope }) => scope),
    ['model', 'model+tracker', 'model+tracker', 'model+tracker'],
  );
  const trackers = [
    countSubject('klt', { frames: 8, points: 9, size }),
    countSubject('cotracker3', { frames: 8, points: 9 }),
    countSubject('cotracker3', { frames: 8, points: 9 + 36 }),
  ];
  for (const convention of ['thop', 'mac', 'flop'] as const) {
    assert.is(scopes[0][convention], cost[convention].gops);
    for (const [i, tracker] of trackers.entries()) {
      assert.is(scopes[i + 1][convention], cost[convention].gops + tracker.cost[convention].gops);
    }
  }
});

test('every figure that the paper prints is what is counted', () => {
  const printed = countPublished().flatMap(({ label, paper }) =>
    Object.values(paper).map((figure) => ({ label, figure })),
  );
  assert.ok(printed.length >= 7);
  for (const { label, figure } of printed) assert.ok(figure.agrees, `${label}: ${figure.text}`);
});

test('what cannot be counted is refused, and what could be is said', () => {
  assert.throws(() => countSubject('movt-huge', {}), /got movt-huge, need one of movt-base, /);
  assert.throws(() => countSubject('movt-base', { frames: 1 }), /got 1 frame, need at least 2/);
  assert.equal(countSubject('klt', { classes: 5, points: 9 }).idle, ['classes']);
});

test.run();
