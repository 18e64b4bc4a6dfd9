import { twoSided, twoSidedQuantile } from './normal.ts';
import { rank } from './ranks.ts';

/** Up to this many values in each list, without ties, chances are counted and not approximated. */
const EXACT = 25;

/** Two lists of values compared by their ranks. */
export interface RankComparison {
  /** Pairs in which the value of b is above that of a; a tie counts a half. */
  readonly u: number;
  /** Chance of a U at least as far from its mean, were the lists drawn from the same distribution. */
  readonly p: number;
  /** Cliff's delta: share of pairs in which b is above a, less the share in which it is below. −1 … 1. */
  readonly delta: number;
}

/**
 * Two-sided Mann–Whitney U test of b against a: exact for small lists without ties, else by the normal approximation with corrections
 * for ties and continuity. `effect` is the design effect of values that are not independent; see ranks.ts.
 */
export function mannWhitney(a: readonly number[], b: readonly number[], effect = 1): RankComparison {
  const pairs = a.length * b.length;
  const { ranks, tieSum } = rank([...a, ...b]);
  const u = ranks.slice(a.length).reduce((sum, value) => sum + value, 0) - (b.length * (b.length + 1)) / 2;
  const delta = (2 * u) / pairs - 1;
  if (effect === 1 && tieSum === 0 && Math.max(a.length, b.length) <= EXACT) {
    const counts = exactCounts(a.length, b.length);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const tail = counts.slice(0, Math.min(u, pairs - u) + 1).reduce((sum, count) => sum + count, 0);
    return { u, p: Math.min(1, (2 * tail) / total), delta };
  }
  const sigma = deviation(a.length, b.length, tieSum) * Math.sqrt(effect);
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
  return { u, p: sigma > 0 ? twoSided(distance / sigma) : 1, delta };
}

/** Hodges–Lehmann: the middle of all differences b − a, and the interval of shifts that the Mann–Whitney test would not refuse. */
export function hodgesLehmann(
  a: readonly number[],
  b: readonly number[],
  level: number,
  effect = 1,
): { shift: number; low: number; high: number } {
  const differences = new Float64Array(a.length * b.length);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) differences[i * b.length + j] = y - x;
  differences.sort();
  const { tieSum } = rank([...a, ...b]);
  const half = twoSidedQuantile(1 - level) * deviation(a.length, b.length, tieSum) * Math.sqrt(effect);
  return { shift: middle(differences), ...rankInterval(differences, half) };
}

/** Standard deviation of U. */
function deviation(n: number, m: number, tieSum: number): number {
  const total = n + m;
  return Math.sqrt(((n * m) / 12) * (total + 1 - tieSum / (total * (total - 1))));
}

/** In how many orders of n and m values U is 0, 1, …, n·m. */
function exactCounts(n: number, m: number): number[] {
  // Coefficients of the Gaussian binomial, a factor (1 − q^(m+i)) / (1 − q^i) at a time.
  const counts = new Array<number>(n * m + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let u = counts.length - 1; u >= m + i; u--) counts[u] -= counts[u - m - i];
    for (let u = i; u < counts.length; u++) counts[u] += counts[u - i];
  }
  return counts;
}

/** The middle of sorted values. */
export function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The values `half` ranks below and above the middle of sorted ones; where there are not so many, the interval has no end. */
export function rankInterval(sorted: Float64Array, half: number): { low: number; high: number } {
  const index = Math.round(sorted.length / 2 - half) - 1;
  return index < 0
    ? { low: -Infinity, high: Infinity }
    : { low: sorted[index], high: sorted[sorted.length - 1 - index] };
}
