import { mean, rootMeanSquare, sampleCorrelation } from 'simple-statistics';

export interface RegressionMetrics {
  /** [outputs] Pearson's r of prediction and target; null where either is constant, which leaves r undefined. */
  readonly pearson: readonly (number | null)[];
  /** Mean of `pearson` over the outputs where it is defined; null where there is none. */
  readonly meanPearson: number | null;
  /** [outputs] root mean square error, in the units of the target. */
  readonly rmse: readonly number[];
}

/**
 * Scores regressed values, each output by itself.
 *
 * @param predictions [answers][outputs]; at least one answer
 * @param targets [answers][outputs]
 */
export function regressionMetrics(
  predictions: readonly ArrayLike<number>[],
  targets: readonly ArrayLike<number>[],
): RegressionMetrics {
  const outputs = Array.from(predictions[0], (_, k) => k);
  const columns = outputs.map((k) => [predictions.map((row) => row[k]), targets.map((row) => row[k])] as const);
  const pearson = columns.map(([predicted, target]) => pearsonCorrelation(predicted, target));
  const defined = pearson.filter((r) => r !== null);
  return {
    pearson,
    meanPearson: defined.length > 0 ? mean(defined) : null,
    rmse: columns.map(([predicted, target]) => rootMeanSquare(predicted.map((value, i) => value - target[i]))),
  };
}

/** Rounding in a mean would give constants a tiny spread, and a meaningless r: they are told by their values. */
function pearsonCorrelation(x: number[], y: number[]): number | null {
  const isConstant = (values: number[]) => values.every((value) => value === values[0]);
  return isConstant(x) || isConstant(y) ? null : sampleCorrelation(x, y);
}
