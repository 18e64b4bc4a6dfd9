import { median } from '../measure/statistics.ts';
import { hodgesLehmann, mannWhitney } from './mann-whitney.ts';
import { designEffect } from './ranks.ts';
import { signedRank } from './signed-rank.ts';
import { LEVEL, type RatioEstimate } from './verdict.ts';

/** Stretches that a run is cut into, to see whether neighbouring samples are alike. */
const STRETCHES = 10;
/** More samples than this add nothing but pairs to go through; stretches of them are taken together. */
const MOST_SAMPLES = 1000;

/** A difference of wall times may come out at or below 0 in a burst of noise. It then counts as tiny: to ranks, one outlier. */
const LEAST_MS = 1e-6;

/** Four times measured in the order a b b a, or b a a b. Whatever drifts steadily falls out of b·b / a·a. */
export interface Quartet {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** Half the logarithm of b·b / a·a. */
export const logRatio = ({ a, b }: Quartet) => (log(b[0]) + log(b[1]) - log(a[0]) - log(a[1])) / 2;

const log = (ms: number) => Math.log(Math.max(ms, LEAST_MS));

/** b over a from quartets, grouped by the rounds that they were measured in. */
export function ratioOfQuartets(rounds: readonly (readonly Quartet[])[]): RatioEstimate {
  const groups = rounds.map((quartets) => quartets.map(logRatio));
  const { shift, low, high, p, delta } = signedRank(groups.flat(), LEVEL, designEffect([groups]));
  return { ratio: Math.exp(shift), ci95: [Math.exp(low), Math.exp(high)], p, delta };
}

/** b over a from two runs' samples, each in the order of measuring. It knows nothing of what changed between the runs. */
export function ratioOfRuns(a: readonly number[], b: readonly number[]): RatioEstimate {
  const logs = [a, b].map((samples) => thin(samples, MOST_SAMPLES).map(log));
  const effect = designEffect(logs.map((samples) => cut(samples, STRETCHES)));
  const { p, delta } = mannWhitney(logs[0], logs[1], effect);
  const { shift, low, high } = hodgesLehmann(logs[0], logs[1], LEVEL, effect);
  return { ratio: Math.exp(shift), ci95: [Math.exp(low), Math.exp(high)], p, delta };
}

/** At most `parts` stretches of nearly equal length, two samples or more each. */
function cut(samples: readonly number[], parts: number): number[][] {
  const count = Math.max(1, Math.min(parts, samples.length >> 1));
  return Array.from({ length: count }, (_, i) =>
    samples.slice(Math.round((i * samples.length) / count), Math.round(((i + 1) * samples.length) / count)),
  );
}

function thin(samples: readonly number[], most: number): readonly number[] {
  return samples.length <= most ? samples : cut(samples, most).map(median);
}
