/** Three digits, and no exponent for what people meet. */
export function short(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits > 6
    ? value.toExponential(1)
    : value
        .toFixed(Math.min(digits, 6))
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
}

/** Milliseconds as they are said: `0.42 ms`, `18 ms`, `2.4 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${short(ms)} ms` : `${short(ms / 1000)} s`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share >= 0.1 ? 0 : 1)} %`;
}

export function megabytes(bytes: number): string {
  return `${short(bytes / 1e6)} MB`;
}
