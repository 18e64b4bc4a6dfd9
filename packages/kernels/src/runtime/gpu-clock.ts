/** A stretch of time, in milliseconds of performance.now(). */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** How far a device's timestamps can be trusted. */
export interface GpuClock {
  /** Nanoseconds between two values that the clock can show. */
  readonly stepNs: number;
  /** The step is so coarse that the time of one dispatch says little: only sums and means over many do. */
  readonly quantised: boolean;
  /** Where the GPU's times lie among the CPU's is known to this many milliseconds either way. */
  readonly uncertaintyMs: number;
}

/** Work that is known to have run on the GPU from `begin` to `end` (its nanoseconds) within `before` to `after` (the CPU's milliseconds). */
export interface Sighting {
  readonly before: number;
  readonly begin: bigint;
  readonly end: bigint;
  readonly after: number;
}

/** Real counters tick in tens of nanoseconds; Dawn, where it rounds, in 65 or 100 µs. */
const COARSE_STEP_NS = 10_000;

/** The greatest step of which every difference is a multiple; 0 when all are the same. */
export function timestampStep(timestamps: readonly bigint[]): number {
  let step = 0n;
  for (const time of timestamps) {
    let [a, b] = [step, time - timestamps[0]];
    if (b < 0n) b = -b;
    while (b > 0n) [a, b] = [b, a % b];
    step = a;
  }
  return Number(step);
}

/**
 * Where the GPU's clock stands against the CPU's. WebGPU does not say, and the two may count from different origins. But no work begins
 * before it was submitted nor ends after it was seen to be done, so each sighting bounds the offset from both sides; the truth
 * lies in what all bounds leave, its middle is taken, and half its width is the uncertainty.
 *
 * @returns milliseconds of performance.now() for a timestamp in nanoseconds
 */
export function alignClocks(
  sightings: readonly Sighting[],
  stepNs: number,
): GpuClock & { toCpu(time: bigint): number } {
  const origin = sightings[0].begin;
  const sinceOrigin = (time: bigint) => Number(time - origin) / 1e6;
  let low = -Infinity;
  let high = Infinity;
  for (const { before, begin, end, after } of sightings) {
    // Rounded down, a timestamp may stand for any moment of its step.
    low = Math.max(low, before - sinceOrigin(begin) - (stepNs > COARSE_STEP_NS ? stepNs / 1e6 : 0));
    high = Math.min(high, after - sinceOrigin(end));
  }
  const offset = (low + high) / 2;
  return {
    stepNs,
    quantised: stepNs === 0 || stepNs >= COARSE_STEP_NS,
    uncertaintyMs: Math.abs(high - low) / 2,
    toCpu: (time) => sinceOrigin(time) + offset,
  };
}
