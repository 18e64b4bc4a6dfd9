import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hodgesLehmann, mannWhitney } from './mann-whitney.ts';
import { twoSided, twoSidedQuantile } from './normal.ts';
import { designEffect, rank } from './ranks.ts';
import { signedRank } from './signed-rank.ts';
import { holm } from './verdict.ts';

const close = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

test('the normal tail and its quantile are those of the tables', () => {
  close(twoSided(1.959963984540054), 0.05, 1e-13);
  close(twoSided(0), 1, 0);
  close(twoSided(3), 0.0026997960632602, 1e-14);
  close(twoSided(6) / 1.973175290075396e-9, 1, 1e-9);
  close(twoSidedQuantile(0.01), 2.5758293035489, 1e-11);
});

test('Mann–Whitney, exact: ages at diagnosis of men and women, and permeability of two ages of membranes', () => {
  // SciPy's manual, mannwhitneyu: U of the men 17, p 0.1111.
  const men = [19, 22, 16, 29, 24];
  const women = [20, 11, 17, 12];
  const { u, p, delta } = mannWhitney(women, men);
  assert.is(u, 17);
  close(p, 0.111111, 1e-6);
  close(delta, 17 / 10 - 1, 1e-12);
  // Hollander and Wolfe (1973), page 69, as in R's manual of wilcox.test: W = 35, one-sided p 0.1272; the shift is 0.305.
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const weeks12to26 = [1.15, 0.88, 0.9, 0.74, 1.21];
  const membranes = mannWhitney(weeks12to26, term);
  assert.is(membranes.u, 35);
  close(membranes.p / 2, 0.1272, 5e-5);
  close(hodgesLehmann(weeks12to26, term, 0.95).shift, 0.305, 1e-12);
});

test('Mann–Whitney by the normal approximation: with continuity and with ties', () => {
  // The same ages as above, method="asymptotic": p 0.11134688653.
  close(mannWhitney([20, 11, 17, 12], [19, 22, 16, 29, 24], 1 + 1e-15).p, 0.11134688653314041, 1e-9);
  // The variance with ties is that of U over all ways to deal the same values out.
  const values = [1, 2, 2, 3, 3, 3, 4, 7];
  const us: number[] = [];
  for (let hand = 0; hand < 256; hand++) {
    const inB = (i: number) => (hand >> i) % 2 === 1;
    const b = values.filter((_, i) => inB(i));
    if (b.length === 3)
      us.push(
        mannWhitney(
          values.filter((_, i) => !inB(i)),
          b,
        ).u,
      );
  }
  assert.is(us.length, 56);
  const variance = us.reduce((sum, u) => sum + (u - 7.5) ** 2, 0) / us.length;
  const { u, p } = mannWhitney([1, 2, 2, 3, 3], [3, 4, 7]);
  close(p, twoSided((u - 7.5 - 0.5) / Math.sqrt(variance)), 1e-12);
});

test('signed ranks, exact and approximate: depression scores before and after', () => {
  // Hollander and Wolfe (1973), page 29, as in R's manual of wilcox.test: V = 40, one-sided p 0.01953; the shift is 0.46.
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const differences = before.map((value, i) => value - after[i]);
  const { v, p, shift, delta } = signedRank(differences, 0.95);
  assert.is(v, 40);
  close(p / 2, 0.01953, 5e-6);
  close(shift, 0.46, 1e-9);
  close(delta, 40 / 22.5 - 1, 1e-12);
  const half = Math.sqrt((9 * 10 * 19) / 24);
  close(signedRank(differences, 0.95, 1 + 1e-15).p, twoSided((40 - 22.5 - 0.5) / half), 1e-9);
});

test('signed ranks of nothing but zeros say nothing', () => {
  const { p, shift } = signedRank([0, 0, 0], 0.95);
  assert.is(p, 1);
  assert.is(shift, 0);
});

test('intervals cover the true shift as often as they promise', () => {
  const random = createRandom(5);
  let paired = 0;
  let unpaired = 0;
  for (let trial = 0; trial < 1000; trial++) {
    const a = [...random.normal(24)];
    const b = [...random.normal(24)].map((value) => value + 0.5);
    const two = hodgesLehmann(a, b, 0.95);
    if (two.low <= 0.5 && two.high >= 0.5) unpaired++;
    const one = signedRank(b, 0.95);
    if (one.low <= 0.5 && one.high >= 0.5) paired++;
  }
  // 950 ± 3.5 standard deviations.
  for (const covered of [paired, unpaired]) assert.ok(covered > 925 && covered < 975, `${covered} of 1000`);
});

test('ranks share ties; few values leave an interval without ends', () => {
  assert.equal(rank([5, 1, 5, 5]), { ranks: [3, 1, 3, 3], tieSum: 24 });
  assert.equal(signedRank([0.1, 0.2], 0.95).low, -Infinity);
});

test('the design effect is near 1 for independent values and large for groups that are alike', () => {
  const random = createRandom(6);
  const independent = Array.from({ length: 40 }, () => [...random.normal(25)]);
  const alike = independent.map((group) => {
    const [offset] = random.normal(1);
    return group.map((value) => value + offset);
  });
  const plain = designEffect([independent]);
  assert.ok(plain < 1.7, `${plain}`);
  const grouped = designEffect([alike]);
  assert.ok(grouped > 10 && grouped < 40, `${grouped}, about 1 + 25 expected`);
  assert.is(
    designEffect([
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ]),
    2.5,
  );
});

test("Holm's correction", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries()) close(adjusted[i], expected, 1e-12);
});

test.run();
