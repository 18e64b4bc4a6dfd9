/** Relative step of a float32: what features differ by less is rounding. */
const RESOLUTION = 2 ** -23;

/** Features brought to mean 0 and deviation 1, as those that the numbers were taken from have them. */
export interface Standard {
  /** [width] */
  readonly mean: Float64Array;
  /** [width] what a feature is divided by: its deviation, or 1 where it never differs by more than a float32 can tell. */
  readonly scale: Float64Array;
}

/** Mean and (population) standard deviation of each feature: [clips][width], at least one clip. */
export function standardOf(features: readonly ArrayLike<number>[]): Standard {
  const width = features[0].length;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const row of features) for (let k = 0; k < width; k++) mean[k] += row[k] / features.length;
  for (const row of features) for (let k = 0; k < width; k++) square[k] += (row[k] - mean[k]) ** 2 / features.length;
  const scale = square.map((variance, k) => (variance > (RESOLUTION * mean[k]) ** 2 ? Math.sqrt(variance) : 1));
  return { mean, scale };
}

/** [clips][width], standardised. */
export function standardise(features: readonly ArrayLike<number>[], { mean, scale }: Standard): Float64Array[] {
  return features.map((row) => Float64Array.from(row, (value, k) => (value - mean[k]) / scale[k]));
}
