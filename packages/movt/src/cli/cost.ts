import type { TrackingCost } from '@movt/tracker/track';
import type { PredictionCost, RunCost } from '../plan-predictor.ts';

/** What one stage took; what does not apply is left out. */
export interface StageCost {
  name: string;
  ms: number;
  dispatches?: number;
  /** 2 a multiply-add, 1 any other operation. */
  flops?: number;
  readBackBytes?: number;
  /** GPU bytes alive when it ended. */
  liveBytes?: number;
}

/** Tracking as two stages: they overlap, and the tracker's share is what the decoder was not waited for. */
export function trackingStages({ wallMs, decodeMs, compileMs, ...gpu }: TrackingCost, liveBytes: number): StageCost[] {
  return [
    { name: 'decode', ms: decodeMs },
    { name: 'compile KLT', ms: compileMs },
    { name: 'track (KLT)', ms: wallMs - decodeMs, ...gpu, liveBytes },
  ];
}

/** Prediction, in one or more calls, as two stages; the rest of the second is known of a GPU only. */
export function predictionStages(
  costs: readonly (RunCost | PredictionCost)[],
  liveBytes: number,
  model = 'MovT',
): StageCost[] {
  const times = sums<keyof RunCost>(costs);
  const onGpu = costs.filter((cost) => 'dispatches' in cost);
  const gpu = sums<keyof PredictionCost>(onGpu);
  return [
    { name: `compile ${model}`, ms: times('compileMs') },
    {
      name: `predict (${model})`,
      ms: times('runMs'),
      ...(onGpu.length > 0 && {
        dispatches: gpu('dispatches'),
        flops: gpu('flops'),
        readBackBytes: gpu('readBackBytes'),
        liveBytes,
      }),
    },
  ];
}

function sums<Key extends string>(costs: readonly Readonly<Record<Key, number>>[]): (key: Key) => number {
  return (key) => costs.reduce((total, cost) => total + cost[key], 0);
}

/** Stages as JSON. Rates count floating-point operations, not multiply-accumulates. */
export function costJson(stages: readonly StageCost[]) {
  return {
    total_ms: stages.reduce((sum, { ms }) => sum + ms, 0),
    stages: stages.map(({ name, ms, dispatches, flops, readBackBytes, liveBytes }) => ({
      stage: name,
      ms,
      ...(dispatches !== undefined && { dispatch_count: dispatches }),
      ...(flops !== undefined && { flop_count: flops, gflop_per_s: flops / ms / 1e6 }),
      ...(readBackBytes !== undefined && { read_back_byte_count: readBackBytes }),
      ...(liveBytes !== undefined && { live_byte_count: liveBytes }),
    })),
  };
}

/** Stages as a table for people, a line each; columns that nothing is known for are left out. */
export function costTable(stages: readonly StageCost[]): string {
  const header = ['stage', 'ms', 'dispatches', 'GFLOP', 'GFLOP/s', 'read back', 'live on GPU'];
  const rows = stages.map(({ name, ms, dispatches, flops, readBackBytes, liveBytes }) => [
    name,
    ms.toFixed(1),
    dispatches?.toString() ?? '',
    flops === undefined ? '' : (flops / 1e9).toFixed(3),
    flops === undefined ? '' : (flops / ms / 1e6).toFixed(2),
    formatBytes(readBackBytes),
    formatBytes(liveBytes),
  ]);
  const total = ['total', stages.reduce((sum, { ms }) => sum + ms, 0).toFixed(1), '', '', '', '', ''];
  const known = header.map((_, column) => rows.some((row) => row[column] !== ''));
  return formatTable([header, ...rows, total].map((row) => row.filter((_, column) => known[column])));
}

/** Columns padded to their widest cell: the first to the left, numbers to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
