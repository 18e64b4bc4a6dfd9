import { middle, rankInterval } from './mann-whitney.ts';
import { twoSided, twoSidedQuantile } from './normal.ts';
import { rank } from './ranks.ts';

/** Up to this many differences, without ties, chances are counted and not approximated. */
const EXACT = 40;

/** Differences of pairs held against 0. */
export interface SignedRank {
  /** Sum of the ranks of |difference| over those above 0. */
  readonly v: number;
  /** Chance of a V at least as far from its mean, were the differences symmetric about 0. */
  readonly p: number;
  /** Matched-pairs rank-biserial correlation: share of rank sum above 0, less the share below. −1 … 1. */
  readonly delta: number;
  /** Hodges–Lehmann: the middle of all means of two differences, with the interval of shifts that the test would not refuse. */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Two-sided Wilcoxon signed-rank test, the Mann–Whitney test of measurements that come in pairs. Zeros are left out, ties share their
 * rank. `effect` is the design effect of values that are not independent; see ranks.ts.
 */
export function signedRank(differences: readonly number[], level: number, effect = 1): SignedRank {
  const nonzero = differences.filter((value) => value !== 0);
  const n = nonzero.length;
  const { ranks, tieSum } = rank(nonzero.map(Math.abs));
  const total = (n * (n + 1)) / 2;
  const v = ranks.reduce((sum, value, i) => sum + (nonzero[i] > 0 ? value : 0), 0);
  const delta = total > 0 ? (2 * v) / total - 1 : 0;
  const spread = (count: number, ties: number) =>
    Math.sqrt(((count * (count + 1) * (2 * count + 1) - ties / 2) / 24) * effect);
  const walsh = walshAverages(differences);
  const interval = rankInterval(walsh, twoSidedQuantile(1 - level) * spread(differences.length, 0));
  return { v, p: chance(), delta, shift: middle(walsh), ...interval };

  function chance(): number {
    if (n === 0) return 1;
    if (effect === 1 && tieSum === 0 && n <= EXACT) {
      const counts = exactCounts(n);
      const tail = counts.slice(0, Math.min(v, total - v) + 1).reduce((sum, count) => sum + count, 0);
      return Math.min(1, (2 * tail) / 2 ** n);
    }
    return twoSided(Math.max(0, Math.abs(v - total / 2) - 0.5) / spread(n, tieSum));
  }
}

/** Means of every two values, each with itself too, sorted. */
function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let at = 0;
  for (let i = 0; i < values.length; i++) for (let j = 0; j <= i; j++) averages[at++] = (values[i] + values[j]) / 2;
  return averages.sort();
}

/** In how many sign patterns of n ranks V is 0, 1, …, n(n + 1)/2. */
function exactCounts(n: number): number[] {
  const counts = new Array<number>((n * (n + 1)) / 2 + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) for (let v = counts.length - 1; v >= i; v--) counts[v] += counts[v - i];
  return counts;
}
