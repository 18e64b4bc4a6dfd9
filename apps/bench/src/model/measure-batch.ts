import type { GpuClock, GpuContext, Granularity } from '@movt/kernels';
import type { PredictionCost } from 'movt';
import { relativeSpread, summarise } from '../measure/statistics.ts';
import type { Summary } from '../measure/types.ts';
import { type DispatchRow, dispatchRows, kernelRows } from './dispatch-rows.ts';
import { type Breakdown, breakDown, middleRun, type RunProfile } from './run-profile.ts';

/** Runs before the stop rule is asked. */
const MIN_RUNS = 3;
/** The median is known well enough when its confidence interval is this narrow, as a share of it. */
const ENOUGH = 0.03;
/** Profiles of each kind at most, of which the one in the middle is shown. */
const PROFILES = 3;

export interface BatchOptions {
  readonly batch: number;
  /** Timed runs at most. */
  readonly runs: number;
  /** Timing stops after this many seconds, once there are `MIN_RUNS` runs; so does profiling, once there is one of each kind. */
  readonly seconds: number;
  /** Runs more at the end, to see whether live bytes grow. */
  readonly soak: number;
}

/** What is measured: the same work on the GPU, as often as it is asked for. */
export interface Runner {
  /** Milliseconds of a run. */
  run(): Promise<number>;
  /** What each run costs, found by one more of them. */
  cost(): Promise<Pick<PredictionCost, 'dispatches' | 'flops' | 'readBackBytes'>>;
  profile(granularity: Granularity): Promise<RunProfile>;
  destroy(): Promise<void>;
}

/** One batch, measured: a row of the report. The times summed up are those of plain runs, from padding the clips to the answer. */
export interface BatchRow extends Summary {
  readonly batch: number;
  readonly dispatches: number;
  readonly flop_count: number;
  readonly gflop_per_s: number;
  /** Of the multiply-add peak measured in the same run. */
  readonly peak_share: number;
  /** GPU objects created in the timed runs. */
  readonly objects_created: number;
  readonly live_bytes: number;
  readonly peak_bytes: number;
  readonly live_bytes_growth: number;
  readonly read_back_bytes: number;
  /** Where the time of a plain run goes: one of them, the one in the middle, with all of its dispatches in one pass. */
  readonly breakdown: Breakdown;
  /** The same work with a pass for each dispatch, which costs something. */
  readonly profiled: {
    readonly breakdown: Breakdown;
    readonly clock: GpuClock | null;
    readonly note: string | null;
    /** In order; null where the GPU does not tell. */
    readonly dispatches: readonly DispatchRow[] | null;
    readonly kernels: readonly DispatchRow[] | null;
  };
}

/**
 * @param objects counts the GPU objects of the context's device
 * @param start makes what is run, whose bytes on the GPU count as the row's
 * @param peak FLOP/s
 * @returns the row, and the profile to draw
 */
export async function measureBatch(
  context: GpuContext,
  objects: { readonly count: number },
  start: () => Runner,
  peak: number,
  { batch, runs, seconds, soak }: BatchOptions,
): Promise<{ row: BatchRow; profile: RunProfile }> {
  context.resetPeak();
  const runner = start();
  const tell = (what: string) => console.error(`batch ${batch}: ${what}`);
  try {
    tell('compiling, and a first run');
    await runner.run();
    const cost = await runner.cost(); // untimed: the second run sets the pace of the read-back
    const made = objects.count;
    const times = await timeRuns(runs, seconds, tell, runner.run);
    const live_bytes = context.liveBytes;
    for (let run = 0; run < soak; run++) {
      if (run % 100 === 0) tell(`run ${run} of ${soak}, to see whether memory stays level`);
      await runner.run();
    }
    const memory = {
      objects_created: objects.count - made,
      live_bytes,
      peak_bytes: context.peakBytes,
      live_bytes_growth: context.liveBytes - live_bytes,
    };
    const { plain, profiled } = await profileRuns(runner, seconds, tell);
    const shown = middleRun(profiled);
    const summary = summarise(times);
    const gflop_per_s = cost.flops / summary.median_ms / 1e6;
    const hasGpu = profiled.every(({ gpu }) => gpu);
    const row: BatchRow = {
      batch,
      dispatches: cost.dispatches,
      flop_count: cost.flops,
      ...summary,
      gflop_per_s,
      peak_share: (gflop_per_s * 1e9) / peak,
      ...memory,
      read_back_bytes: cost.readBackBytes,
      breakdown: breakDown(middleRun(plain)),
      profiled: {
        breakdown: breakDown(shown),
        clock: shown.clock ?? null,
        note: shown.note ?? null,
        dispatches: hasGpu ? dispatchRows(profiled, peak) : null,
        kernels: hasGpu ? kernelRows(profiled, peak) : null,
      },
    };
    return { row, profile: shown };
  } finally {
    await runner.destroy();
  }
}

/** Times a run again and again until its median is known well enough, or it is enough by count or time. */
async function timeRuns(
  most: number,
  seconds: number,
  tell: (what: string) => void,
  run: () => Promise<number>,
): Promise<number[]> {
  const times: number[] = [];
  const started = performance.now();
  while (times.length < most) {
    tell(`run ${times.length + 1} of at most ${most}`);
    times.push(await run());
    if (times.length < MIN_RUNS) continue;
    const isKnown = times.length >= 2 * MIN_RUNS && relativeSpread(summarise(times)) <= ENOUGH;
    if (isKnown || performance.now() - started > seconds * 1000) break;
  }
  return times;
}

/** As it runs and dispatch by dispatch, in turn: what slows the machine for a while then slows both. */
async function profileRuns(
  runner: Runner,
  seconds: number,
  tell: (what: string) => void,
): Promise<{ plain: RunProfile[]; profiled: RunProfile[] }> {
  const started = performance.now();
  const plain: RunProfile[] = [];
  const profiled: RunProfile[] = [];
  for (let turn = 1; turn <= PROFILES; turn++) {
    if (turn > 1 && performance.now() - started > seconds * 1000) break;
    tell(`profile ${turn} of at most ${PROFILES}`);
    plain.push(await runner.profile('plan'));
    profiled.push(await runner.profile('dispatch'));
  }
  return { plain, profiled };
}
