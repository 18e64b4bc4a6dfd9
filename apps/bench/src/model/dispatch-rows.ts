import type { DispatchInfo } from '@movt/kernels';
import { median } from '../measure/statistics.ts';
import type { RunProfile } from './run-profile.ts';

/** What a dispatch, or all dispatches of a kernel together, cost and reached. */
export interface DispatchRow {
  readonly label: string;
  readonly kernel: string;
  /** Dispatches in this row. */
  readonly count: number;
  readonly median_ms: number;
  /** Of the time of all dispatches. */
  readonly gpu_share: number;
  readonly flop_count: number;
  /** The least that must move: every bound element once. */
  readonly byte_count: number;
  readonly gflop_per_s: number;
  readonly gb_per_s: number;
  /** Of the multiply-add peak measured in the same run. */
  readonly peak_share: number;
}

/**
 * One row a dispatch, in order.
 *
 * @param runs profiles of the same work with a pass for each dispatch; times are the medians over them
 * @param peak FLOP/s
 */
export function dispatchRows(runs: readonly RunProfile[], peak: number): DispatchRow[] {
  const { dispatches } = runs[0];
  const times = dispatches.map((_, i) => median(runs.map(({ gpu }) => gpu![i].end - gpu![i].start)));
  const total = times.reduce((sum, ms) => sum + ms, 0);
  return dispatches.map((info, i) => row(info.label, [info], times[i], total, peak));
}

/** One row a kernel, the costliest first. */
export function kernelRows(runs: readonly RunProfile[], peak: number): DispatchRow[] {
  const { dispatches } = runs[0];
  const rows = dispatchRows(runs, peak);
  const total = rows.reduce((sum, { median_ms }) => sum + median_ms, 0);
  return [...new Set(dispatches.map(({ kernel }) => kernel))]
    .map((kernel) => {
      const ms = rows.reduce((sum, each) => (each.kernel === kernel ? sum + each.median_ms : sum), 0);
      return row(
        kernel,
        dispatches.filter((info) => info.kernel === kernel),
        ms,
        total,
        peak,
      );
    })
    .sort((a, b) => b.median_ms - a.median_ms);
}

function row(label: string, infos: readonly DispatchInfo[], ms: number, total: number, peak: number): DispatchRow {
  const flop_count = infos.reduce((sum, { flops }) => sum + flops, 0);
  const byte_count = infos.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    label,
    kernel: infos[0].kernel,
    count: infos.length,
    median_ms: ms,
    gpu_share: ms / total,
    flop_count,
    byte_count,
    gflop_per_s: flop_count / ms / 1e6,
    gb_per_s: byte_count / ms / 1e6,
    peak_share: (flop_count / ms / peak) * 1e3,
  };
}
