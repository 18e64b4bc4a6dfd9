/** Steps of 1, 2 or 5 times a power of ten from 0 to `end`, about `count` of them. */
export function linearTicks(end: number, count: number): number[] {
  const rough = end / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999)!;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Powers of ten within a range. */
export function powersOfTen(low: number, high: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => Number((10 ** (from + i)).toPrecision(6)));
}
