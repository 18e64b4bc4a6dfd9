import type { Fingerprint } from '../measure/types.ts';
import type { BatchRow } from '../model/measure-batch.ts';
import type { PeersReport } from '../peers/report.ts';

/** What `bench train --json` prints. Milliseconds, bytes, and rates in 10⁹ a second. */
export interface TrainReport {
  readonly format: 'movt-bench-train/1';
  readonly fingerprint: Fingerprint;
  readonly software: boolean;
  readonly peak_gflop_per_s: number;
  readonly preset: string;
  readonly frames: number;
  readonly points: number;
  /** Our step, in the process of the command. */
  readonly step: BatchRow;
  /** The same step in other libraries, each in a process of its own, and in ours once more; null where they were not asked for. */
  readonly peers: PeersReport | null;
}
