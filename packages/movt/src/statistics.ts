/** Spread and intervals: of models trained with several seeds, of two models on the same clips, of measured times. */
import { badInput, createRandom } from '@movt/kernels';
import { mean, sampleStandardDeviation } from 'simple-statistics';

const RESAMPLES = 1000;

/** What several seeds of one experiment gave. */
export interface Spread {
  /** In the order of the seeds. */
  readonly values: readonly number[];
  readonly mean: number;
  /** Sample standard deviation (n − 1 in the denominator); null for a single value, which tells nothing of it. */
  readonly sd: number | null;
  readonly low: number;
  readonly high: number;
}

/** What one model has over another on the same clips. */
export interface PairedDifference {
  /** Mean over the clips of the first model's score less the second's. */
  readonly difference: number;
  /** Its 95 % interval, by the bootstrap over clips. */
  readonly interval: readonly [low: number, high: number];
}

/** @throws MovtError bad_input for no values, and for one that is no finite number */
export function spreadOf(values: readonly number[]): Spread {
  const refuse = (given: string, needed: string) => badInput({ action: 'summing up seeds', given, needed });
  if (values.length === 0) throw refuse('no values', 'at least one');
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw refuse(`the value ${wrong}`, 'finite numbers');
  return {
    values,
    mean: mean([...values]),
    sd: values.length > 1 ? sampleStandardDeviation([...values]) : null,
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

/**
 * Compares two models by their scores for the same clips, such as 1 for a right answer and 0 for a wrong one: what is
 * hard about a clip is hard for both, and drops out of the difference.
 *
 * @throws MovtError bad_input for no clips, and for different numbers of scores
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): PairedDifference {
  if (a.length === 0 || a.length !== b.length) {
    const given = `${a.length} and ${b.length} scores`;
    throw badInput({ action: 'comparing two models', given, needed: 'one of each for every clip' });
  }
  const differences = a.map((score, i) => score - b[i]);
  return { difference: mean(differences), interval: bootstrapInterval(differences, meanOf) };
}

/**
 * A statistic's 95 % confidence interval, by the percentile bootstrap (Efron 1979): the middle 95 % of its values for
 * samples drawn anew, with replacement, from these. The draws have a fixed seed: the same samples in the same order
 * give the same interval.
 *
 * @param statistic is given a sample that it may sort
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  statistic: (sample: Float64Array) => number,
): [low: number, high: number] {
  const random = createRandom(1);
  const found = new Float64Array(RESAMPLES);
  const drawn = new Float64Array(values.length);
  for (let i = 0; i < RESAMPLES; i++) {
    for (let j = 0; j < drawn.length; j++) drawn[j] = values[random.integer(0, values.length - 1)];
    found[i] = statistic(drawn);
  }
  found.sort();
  return [quantileOfSorted(found, 0.025), quantileOfSorted(found, 0.975)];
}

/** Their mean; NaN of none. */
export function meanOf(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The value below which a share `q` (0 … 1) of ascending numbers lies, interpolated between neighbours; NaN of none. */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  const high = sorted[below + 1] ?? low;
  return low + (high - low) * (at - below);
}
