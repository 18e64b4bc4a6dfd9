import { createRandom } from '@movt/kernels';
import type { Summary } from './types.ts';

const RESAMPLES = 1000;

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share `q` (0 … 1) of the numbers lies, interpolated between neighbours; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(
    Float64Array.from(values).sort(), // typed arrays sort by value
    q,
  );
}

function quantileOfSorted(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  const high = sorted[below + 1] ?? low;
  return low + (high - low) * (at - below);
}

/** Sums samples up: every one counts, however far out it lies, which the median and quantiles bear. */
export function summarise(samples: readonly number[]): Summary {
  const sorted = Float64Array.from(samples).sort();
  return {
    count: sorted.length,
    median_ms: quantileOfSorted(sorted, 0.5),
    ci95_ms: medianInterval(samples),
    p20_ms: quantileOfSorted(sorted, 0.2),
    p80_ms: quantileOfSorted(sorted, 0.8),
    min_ms: sorted[0] ?? NaN,
  };
}

/**
 * The median's 95 % confidence interval, by the percentile bootstrap (Efron 1979): the middle 95 % of the medians of samples drawn anew, with
 * replacement, from these. The draws have a fixed seed: the same samples give the same interval.
 */
export function medianInterval(samples: readonly number[]): [low: number, high: number] {
  const sorted = Float64Array.from(samples).sort();
  const random = createRandom(1);
  const medians = new Float64Array(RESAMPLES);
  const drawn = new Float64Array(sorted.length);
  for (let i = 0; i < RESAMPLES; i++) {
    for (let j = 0; j < drawn.length; j++) drawn[j] = sorted[random.integer(0, sorted.length - 1)];
    medians[i] = quantileOfSorted(drawn.sort(), 0.5);
  }
  medians.sort();
  return [quantileOfSorted(medians, 0.025), quantileOfSorted(medians, 0.975)];
}

/** Width of the median's interval as a share of the median. */
export function relativeSpread({ ci95_ms: [low, high], median_ms }: Summary): number {
  return (high - low) / median_ms;
}
