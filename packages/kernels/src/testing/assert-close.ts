/** How far a value may lie from the expected one: |a − b| ≤ atol + rtol·|b|. */
export interface Tolerance {
  rtol: number;
  atol: number;
}

/** Share of the tolerance that a difference uses; NaN and infinities must be matched by the very same kind. */
function excess(actual: number, expected: number, { rtol, atol }: Tolerance): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return Infinity;
  const difference = Math.abs(actual - expected);
  return difference === 0 ? 0 : difference / (atol + rtol * Math.abs(expected));
}

/**
 * Throws unless every element lies within the tolerance; names the worst one and counts the rest.
 * @param label what is compared, with its shape and seed: it heads the message
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  label: string,
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${label}: ${actual.length} values, expected ${expected.length}`);
  }
  let worst = 0;
  let worstExcess = 0;
  let outside = 0;
  for (let i = 0; i < expected.length; i++) {
    const share = excess(actual[i], expected[i], tolerance);
    if (share > 1) outside++;
    if (share > worstExcess) [worst, worstExcess] = [i, share];
  }
  if (outside === 0) return;
  throw new Error(
    `${label}: ${outside} of ${expected.length} values outside rtol ${tolerance.rtol}, atol ${tolerance.atol}; ` +
      `worst at [${worst}]: ${actual[worst]}, expected ${expected[worst]} (${worstExcess.toPrecision(3)} × tolerance)`,
  );
}

/** ‖actual − expected‖₂ / ‖expected‖₂; NaN where either holds a NaN, so that a comparison with a bound fails. */
export function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new Error(`relativeL2: ${actual.length} values, expected ${expected.length}`);
  }
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / norm);
}
