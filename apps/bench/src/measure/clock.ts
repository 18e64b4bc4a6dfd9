import { timestampStep } from '@movt/kernels';
import { stampedMs, type Timing } from './timer.ts';

/** Timestamps on a coarser grid than this are rounded on purpose; real clocks tick every 1 to 1,000 ns. */
const COARSEST_STEP_NS = 10_000;

/** Below this the wall clock says too little to contradict the GPU's: on a busy machine a submission may wait long for its turn. */
const TELLING_WALL_MS = 100;

/**
 * Why the timestamps of some submissions cannot be trusted, or undefined where they can. Nothing is believed of a driver or
 * of its switches: only what the numbers show.
 *
 * - There are none: the adapter has no `timestamp-query`.
 * - A pass ends before it begins.
 * - All lie on a coarse grid. Dawn rounds to about 100 µs unless `timestamp_quantization` is disabled, and browsers do.
 * - They tell more than the wall clock does around them, or of much work next to nothing.
 *
 * @param apart whether other work, without timestamps, lies between the passes
 */
export function distrust(timings: readonly Timing[], apart: boolean): string | undefined {
  const stamps = timings.flatMap((timing) => timing.stamps);
  if (stamps.length === 0) return 'there are no timestamps here';
  for (const timing of timings) {
    for (let i = 0; i < timing.stamps.length; i += 2) {
      if (timing.stamps[i + 1] < timing.stamps[i]) return 'a timestamp lies before the one that it follows';
    }
  }
  const step = timestampStep(stamps);
  if (step >= COARSEST_STEP_NS) return `timestamps are rounded to ${step / 1000} µs`;
  for (const { wallMs, stamps } of timings) {
    const gpuMs = stampedMs(stamps);
    if (gpuMs > 1.1 * wallMs + 0.1) return `timestamps tell ${gpuMs} ms of work that took ${wallMs} ms`;
  }
  // One submission may have waited for its turn, hardly two in a row.
  const latest = timings.slice(-2);
  const isSilent = ({ wallMs, stamps }: Timing) => wallMs > TELLING_WALL_MS && stampedMs(stamps) < 0.1 * wallMs;
  if (!apart && latest.every(isSilent)) {
    const [{ wallMs, stamps }] = latest;
    return `timestamps tell only ${stampedMs(stamps)} ms of work that took ${wallMs} ms`;
  }
  return undefined;
}
