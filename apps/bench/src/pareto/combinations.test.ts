import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Series } from '../experiment/series.ts';
import { type SeedLogits, spread, top1 } from './accuracy.ts';
import { cascade, fuse, type Measured } from './combinations.ts';
import { inSequence } from './costs.ts';
import { lessonsOf } from './lessons.ts';
import type { LowDataRow, ParetoPoint } from './report.ts';

const costs = (mac: number) => ({ thop: mac / 2, mac, flop: 2 * mac });

function point(series: Series, label: string, top1s: readonly number[], mac: number, tracker = 0): ParetoPoint {
  return {
    ...{ key: label, series, label, frames: 8, points: tracker ? 4 : null, parameters: 10 * mac },
    top1: spread(top1s),
    cost: { model: costs(mac), tracker: costs(tracker) },
    ms: { model: mac, tracker, decode: 7 },
  };
}

/** Logits of two classes: the first one's lead over the second. */
const of = (...leads: number[]) => leads.map((lead) => Float32Array.of(lead, 0));
const labels = { validation: [0, 0, 1, 1], test: [0, 0, 1, 1] };

function measured(series: Series, mac: number, tracker: number, seeds: readonly (readonly number[])[]): Measured {
  const all = seeds.map((leads) => of(...leads));
  const logits: SeedLogits = { validation: all, test: all };
  return {
    logits,
    point: point(
      series,
      series,
      all.map((rows) => top1(rows, labels.test)),
      mac,
      tracker,
    ),
  };
}

// Sure and right, sure and right, unsure and wrong, unsure and right; the other seed is wrong once more.
const small = measured('MovT', 1, 3, [
  [5, 4, 1, -2],
  [5, -4.5, 1, -2],
]);
// The large one is right where the small one is not.
const big = measured('VideoMAE', 10, 0, [
  [-1, 1, -9, -1],
  [1, 9, -9, -1],
]);

test('late fusion averages logits seed by seed, and costs both', () => {
  const { point: fused, logits } = fuse(small, big, labels);
  assert.equal(
    logits.test.map((rows) => rows.map(([lead]) => lead)),
    [
      [2, 2.5, -4, -1.5],
      [3, 2.25, -4, -1.5],
    ],
  );
  assert.equal([fused.top1.seeds, fused.top1.mean, fused.top1.sd], [[1, 1], 1, 0]);
  assert.equal([fused.cost.model.mac, fused.cost.tracker.mac, fused.parameters], [11, 3, 110]);
  assert.equal(fused.ms, { model: 11, tracker: 3, decode: 7 }, 'a clip is decoded once');
});

test('a cascade asks the large model for the clips below a threshold of validation', () => {
  const { points, sweep } = cascade(small, big, big, [0.5], labels);
  // By confidence the eight answers are 5, 5, 4.5, 4 and 2, 2, 1, 1: half of them have at least 4.
  const [half] = points;
  assert.equal(half.top1.seeds, [1, 0.75]);
  assert.equal([half.cost.model.mac, half.cost.model.thop, half.cost.tracker.mac], [1 + 5, 0.5 + 2.5, 3]);
  assert.match(half.detail!, /^τ = 0\.982, coverage 50\.0 % on test \(50\.0 % wanted on validation\)$/);
  assert.equal([sweep[0].coverage, sweep.at(-1)!.coverage], [1, 0]);
  assert.is(sweep.at(-1)!.expectedGmac, 11);
  const fused = cascade(small, big, fuse(small, big, labels), [0.5], labels).points[0];
  assert.equal(fused.cost, half.cost, 'the small one has run already');
  assert.match(fused.label, /else both fused$/);
  assert.not.equal(fused.key, half.key);
});

test('a share of the clips takes a share of the second model', () => {
  const { cost, ms } = inSequence(small.point, big.point, 0.25);
  assert.equal([cost.model.flop, cost.tracker.flop, ms.model, ms.tracker], [2 + 5, 6, 3.5, 3]);
  const tracked = inSequence(small.point, small.point, 0.5);
  assert.equal([tracked.cost.model.mac, tracked.cost.tracker.mac, tracked.ms.tracker], [1.5, 3, 3], 'tracked once');
  const later = inSequence(big.point, small.point, 0.5);
  assert.equal([later.cost.tracker.mac, later.ms.tracker], [1.5, 1.5], 'tracked where it is asked for');
});

const few = (series: Series, share: number, top1: number): LowDataRow => ({
  ...{ series, label: series, share, clips: 100 * share, top1: spread([top1]) },
});
const findings = (movt: number, pixt: number, video: number, fused: number, few10: readonly [number, number]) => ({
  classes: 10,
  testClips: 400,
  movt: [point('MovT', 'small', [movt], 2, 30), point('MovT', 'least', [0.2], 1, 30)],
  peer: point('MovT', 'small', [movt - 0.01, movt + 0.01], 2, 30),
  pixt: point('PixT', 'pixels', [pixt - 0.02, pixt + 0.02], 2),
  videomae: [point('VideoMAE', 'video', [video], 20)],
  fusions: [point('Late fusion', 'both', [fused], 22, 30)],
  lowData: [few('MovT', 1, movt), few('PixT', 1, pixt), few('MovT', 0.1, few10[0]), few('PixT', 0.1, few10[1])],
});
const verdicts = (...given: Parameters<typeof findings>) => lessonsOf(findings(...given)).map(({ verdict }) => verdict);
const [holds, fails] = ['holds', 'does not hold'];

test('each lesson holds or not by its figures alone', () => {
  assert.equal(verdicts(0.9, 0.6, 0.8, 0.95, [0.7, 0.2]), [holds, holds, holds]);
  assert.equal(
    verdicts(0.62, 0.6, 0.8, 0.95, [0.5, 0.2]),
    [fails, holds, fails],
    'within the spread; no MovT as accurate',
  );
  assert.equal(verdicts(0.9, 0.6, 0.8, 0.79, [0.3, 0.4]), [holds, fails, fails], 'fusion is worse than video');
  // 0.2 of 0.8 above chance against 0.05 of 0.05: the more accurate one has lost more of what it had.
  assert.equal(verdicts(0.9, 0.15, 0.8, 0.95, [0.3, 0.15])[1], fails);
  assert.equal(verdicts(0.1, 0.1, 0.8, 0.95, [0.1, 0.05])[1], fails, 'neither is above chance');
  assert.match(lessonsOf(findings(0.1, 0.1, 0.8, 0.95, [0.1, 0.05]))[1].evidence, /nothing above chance to lose/);
  const [, , idle] = lessonsOf(findings(0.9, 0.6, 0.12, 0.95, [0.7, 0.2]));
  assert.is(idle.verdict, 'not judged', 'a VideoMAE that guesses is no opponent');
  assert.match(idle.evidence, /video: 12\.0 % for 20 GMAC, no more than a guess may come to on 400 clips \(13\.0 %\)/);
});

test('the evidence has the figures, with those of the paper beside them', () => {
  const [, needs, cheap] = lessonsOf(findings(0.9, 0.6, 0.8, 0.95, [0.7, 0.2]));
  assert.match(needs.evidence, /MovT: 90\.0 % on all clips, 70\.0 % on 10: it loses 20\.0 points and keeps 75\.0 %/);
  assert.match(needs.evidence, /PixT: 60\.0 % on all clips, 20\.0 % on 10: it loses 40\.0 points/);
  assert.match(needs.evidence, /Jester at 10\.0 %: MovT loses 23\.0 points, PixT 56\.0 points/);
  assert.match(cheap.evidence, /small: 90\.0 % for 2 GMAC\. With the tracker it is 32 GMAC, more: /);
});

test.run();
