/** FASTER, SLOWER: b differs from a by more than the margin, beyond noise. SAME: they differ by less. UNDECIDED: noise hides which. */
export type Verdict = 'FASTER' | 'SLOWER' | 'SAME' | 'UNDECIDED';

/** Time of b over time of a, as far as it is known. */
export interface RatioEstimate {
  readonly ratio: number;
  /** 95 % confidence interval of the ratio. */
  readonly ci95: readonly [low: number, high: number];
  /** Chance of a difference at least as large, were there none. */
  readonly p: number;
  /** Effect size, −1 … 1: how consistently b takes longer. */
  readonly delta: number;
}

/** Confidence of intervals; verdicts err one time in twenty over a whole table, not in each of its rows. */
export const LEVEL = 0.95;

/**
 * One verdict for each row of a table, of b against a.
 *
 * @param margin what counts as a difference in practice: 0.03 is three in a hundred, either way.
 */
export function judge(rows: readonly RatioEstimate[], margin: number): { verdict: Verdict; p_holm: number }[] {
  const adjusted = holm(rows.map(({ p }) => p));
  return rows.map((row, i) => ({ verdict: verdictOf(row, adjusted[i], margin), p_holm: adjusted[i] }));
}

function verdictOf({ ratio, ci95: [low, high] }: RatioEstimate, p: number, margin: number): Verdict {
  const differs = p < 1 - LEVEL;
  if (differs && low > 1 && ratio > 1 + margin) return 'SLOWER';
  if (differs && high < 1 && ratio < 1 / (1 + margin)) return 'FASTER';
  return low > 1 / (1 + margin) && high < 1 + margin ? 'SAME' : 'UNDECIDED';
}

/** Holm's step-down correction: chances that hold for all rows together. */
export function holm(chances: readonly number[]): number[] {
  const order = chances.map((_, i) => i).sort((a, b) => chances[a] - chances[b]);
  const adjusted = new Array<number>(chances.length);
  let highest = 0;
  for (const [place, row] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (chances.length - place) * chances[row]));
    adjusted[row] = highest;
  }
  return adjusted;
}
