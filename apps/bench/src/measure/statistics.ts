import { bootstrapInterval, quantileOfSorted } from 'movt/statistics';
import type { Summary } from './types.ts';

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

/** The median's 95 % confidence interval, by the bootstrap: the same samples give the same one, whatever their order. */
export function medianInterval(samples: readonly number[]): [low: number, high: number] {
  const sorted = Float64Array.from(samples).sort();
  return bootstrapInterval(sorted, (sample) => quantileOfSorted(sample.sort(), 0.5));
}

/** Width of the median's interval as a share of the median. */
export function relativeSpread({ ci95_ms: [low, high], median_ms }: Summary): number {
  return (high - low) / median_ms;
}
