import { median } from '../measure/statistics.ts';
import type { UnjudgedRow } from './comparison.ts';
import { type Quartet, ratioOfQuartets } from './ratio.ts';

/** Takes one sample, in milliseconds a dispatch. */
export type Sample = () => Promise<number>;

/** Samples whose least is one time of a quartet. */
const BURST = 5;

/**
 * Measures a and b in turns: a b b a, then b a a b, and so on. Each time is the least of a burst of samples: whatever else a machine does
 * only adds to a time. On two cores that nine other processes wanted, quartets of single samples spread by 0.9, those of bursts by 0.02.
 */
export async function measureQuartets(a: Sample, b: Sample, count: number): Promise<Quartet[]> {
  const quartets: Quartet[] = [];
  for (let i = 0; i < count; i++) {
    const [outer, inner] = (i % 2 === 0 ? [a, b] : [b, a]).map((sample) => () => leastOfBurst(sample));
    const first = await outer();
    const pair = [await inner(), await inner()] as const;
    const around = [first, await outer()] as const;
    quartets.push(i % 2 === 0 ? { a: around, b: pair } : { a: pair, b: around });
  }
  return quartets;
}

async function leastOfBurst(sample: Sample): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < BURST; i++) least = Math.min(least, await sample());
  return least;
}

/** Sums a row's rounds up. */
export function rowOfRounds(
  name: { readonly kernel: string; readonly problem: string },
  rounds: readonly (readonly Quartet[])[],
): UnjudgedRow {
  const samples = (side: 'a' | 'b') => rounds.flat().flatMap((quartet) => quartet[side]);
  const [a, b] = [samples('a'), samples('b')];
  return {
    ...name,
    ...ratioOfQuartets(rounds),
    a_median_ms: median(a),
    b_median_ms: median(b),
    a_count: a.length,
    b_count: b.length,
  };
}

/** Whether a row's interval is so narrow that more rounds would not change what is said of it. */
export function isNarrow({ ci95: [low, high] }: UnjudgedRow, margin: number): boolean {
  return Math.log(high / low) <= Math.log(1 + margin);
}
