/** Chance that a standard normal deviate lies above `z` (≥ 0) or below −z, to about 1e-12 of its size. */
export function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  return Math.min(1, x < 2.5 ? 1 - erfSeries(x) : erfcFraction(x));
}

/** The z whose `twoSided` is `p`. */
export function twoSidedQuantile(p: number): number {
  let low = 0;
  let high = 40;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (twoSided(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** erf by its Taylor series, good for small x. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** 1 − erf by its continued fraction, good for large x. */
function erfcFraction(x: number): number {
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (x + fraction) / Math.sqrt(Math.PI);
}
