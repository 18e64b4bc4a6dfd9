import type { DispatchInfo, GpuClock, Span } from '@movt/kernels';
import type { BatchProfile, StepProfile } from 'movt';

/** One prediction or training step, profiled: its batches one after the other, as if nothing had lain between them. Milliseconds from its beginning. */
export interface RunProfile {
  readonly wallMs: number;
  readonly stages: readonly Span[];
  /** One a pass; missing where the GPU does not tell. */
  readonly gpu?: readonly Span[];
  readonly dispatches: readonly DispatchInfo[];
  readonly clock?: GpuClock;
  readonly note?: string;
}

/** Where the wall time of a run went. Parts of the CPU and the GPU may overlap; `idle` counts each moment once. */
export interface Breakdown {
  readonly wall_ms: number;
  readonly pad_ms: number;
  readonly upload_ms: number;
  readonly encode_ms: number;
  readonly submit_ms: number;
  /** Sum over the passes. Null where the GPU does not tell: then `wait_ms` is all that is known. */
  readonly gpu_ms: number | null;
  /** From the submission until the results could be read; the GPU works in it. */
  readonly wait_ms: number;
  readonly read_back_ms: number;
  /** Wall time in which nothing of the above but waiting was going on. */
  readonly idle_ms: number | null;
  readonly idle_before_gpu_ms: number | null;
  readonly idle_between_passes_ms: number | null;
  /** The copy to the read-back buffer, the map, and waking up. */
  readonly idle_after_gpu_ms: number | null;
}

/** Puts the batches of one run end to end. */
export function joinProfiles(batches: readonly (BatchProfile | StepProfile)[]): RunProfile {
  let wallMs = 0;
  const stages: Span[] = [];
  const gpu: Span[] = [];
  for (const batch of batches) {
    const shift = wallMs - batch.stages[0].start;
    const moved = ({ name, start, end }: Span) => ({ name, start: start + shift, end: end + shift });
    stages.push(...batch.stages.map(moved));
    gpu.push(...(batch.gpu ?? []).map(moved));
    wallMs = stages[stages.length - 1].end;
  }
  const { clock, note } = batches.find((batch) => batch.note) ?? batches[0];
  return {
    wallMs,
    stages,
    dispatches: batches.flatMap(({ dispatches }) => dispatches),
    ...(batches.every((batch) => batch.gpu) && { gpu }),
    ...(clock && { clock }),
    ...(note && { note }),
  };
}

/** The one in the middle by wall time. */
export function middleRun(runs: readonly RunProfile[]): RunProfile {
  const sorted = [...runs].sort((a, b) => a.wallMs - b.wallMs);
  return sorted[(sorted.length - 1) >> 1];
}

/** Adds up where a run's time went. */
export function breakDown({ wallMs, stages, gpu }: RunProfile): Breakdown {
  const total = (spans: readonly Span[]) => spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const stage = (name: string) => total(stages.filter((span) => span.name === name));
  const idle = gpu && idleTimes(stages, gpu, wallMs);
  return {
    wall_ms: wallMs,
    pad_ms: stage('pad'),
    upload_ms: stage('upload'),
    encode_ms: stage('encode'),
    submit_ms: stage('submit'),
    gpu_ms: gpu ? total(gpu) : null,
    wait_ms: stage('wait'),
    read_back_ms: stage('read back'),
    idle_ms: idle ? idle.before + idle.between + idle.after : null,
    idle_before_gpu_ms: idle?.before ?? null,
    idle_between_passes_ms: idle?.between ?? null,
    idle_after_gpu_ms: idle?.after ?? null,
  };
}

/** Goes through the busy spans in order and adds up what lies between them, by where it lies to the GPU's work. */
function idleTimes(stages: readonly Span[], gpu: readonly Span[], wallMs: number) {
  const idle = { before: 0, between: 0, after: 0 };
  const [first, last] = [gpu[0].start, gpu[gpu.length - 1].end];
  const busy = [...stages.filter(({ name }) => name !== 'wait'), ...gpu].sort((a, b) => a.start - b.start);
  let time = 0;
  for (const { start, end } of [...busy, { start: wallMs, end: wallMs }]) {
    const where = time >= last ? 'after' : start <= first ? 'before' : 'between';
    idle[where] += Math.max(0, start - time);
    time = Math.max(time, end);
  }
  return idle;
}
