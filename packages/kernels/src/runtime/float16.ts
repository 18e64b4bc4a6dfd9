/** The value of 16 bits of IEEE 754 binary16. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds to binary16, to nearest with ties to even, as bits; beyond 65,504 it becomes infinite. */
export function toHalf(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(values, numberToHalf);
}

function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // Numbers below 2⁻¹⁴ are whole multiples of 2⁻²⁴; above, the step is 2⁻¹⁰ of the power of two below them.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const steps = roundHalfToEven(size / 2 ** (exponent - 10));
  // A carry out of the fraction runs into the exponent, which is just what it should do.
  return sign | (steps < 1024 ? steps : steps + ((exponent + 14) << 10));
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
