/**
 * Dawn's switches, each for the profiler: without the first, features marked unsafe are refused; without the second,
 * timestamps are rounded to 100 µs.
 */
export const DAWN_TOGGLES: readonly string[] = [
  'enable-dawn-features=allow_unsafe_apis',
  'disable-dawn-features=timestamp_quantization',
];
