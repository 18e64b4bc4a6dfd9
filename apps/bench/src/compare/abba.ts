import { median } from '../measure/statistics.ts';
import type { Clock } from '../measure/types.ts';
import type { UnjudgedRow } from './comparison.ts';
import { type Quartet, ratioOfQuartets } from './ratio.ts';

/** Takes one sample, in milliseconds a dispatch. */
export type Sample = () => Promise<number>;

/** Samples that make one time of a quartet. */
const BURST = 5;

/**
 * Measures a and b in turns: a b b a, then b a a b, and so on. Each time is drawn from a burst of samples. By timestamps it is their
 * least: whatever else a machine does only adds to a time. (On two cores that a dozen processes wanted, quartets of single samples spread
 * by 0.9, those of bursts by 0.02.) Differences of wall times are off both ways, so there it is their middle.
 */
export async function measureQuartets(a: Sample, b: Sample, clock: Clock, count: number): Promise<Quartet[]> {
  const quartets: Quartet[] = [];
  const timeOf = async (sample: Sample) => {
    const samples: number[] = [];
    for (let i = 0; i < BURST; i++) samples.push(await sample());
    return clock === 'timestamp' ? Math.min(...samples) : median(samples);
  };
  for (let i = 0; i < count; i++) {
    const [outer, inner] = i % 2 === 0 ? [a, b] : [b, a];
    const first = await timeOf(outer);
    const pair = [await timeOf(inner), await timeOf(inner)] as const;
    const around = [first, await timeOf(outer)] as const;
    quartets.push(i % 2 === 0 ? { a: around, b: pair } : { a: pair, b: around });
  }
  return quartets;
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
