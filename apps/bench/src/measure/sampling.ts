import { timestampStep } from '@movt/kernels';
import { distrust } from './clock.ts';
import { MOST_PASSES, stampedMs, type Timer, type Timing } from './timer.ts';
import type { Clock } from './types.ts';

/** What a sample is: the same for kernels whose times are compared. */
export interface SampleKind {
  readonly clock: Clock;
  /** Dispatches in one sample. */
  readonly repeats: number;
}

/** How samples are taken. */
export interface Sampling extends SampleKind {
  /** Why timestamps were not used, on the wall clock. */
  readonly distrusted: string | undefined;
  /** Milliseconds a dispatch. */
  sample(): Promise<number>;
}

/** A sample is at least this long, far above what a pass or a submission adds to it. */
const LONG_STAMP_MS = 2;
const LONG_WALL_MS = 10;
/** And this many ticks of the GPU's clock. */
const LONG_TICKS = 1000;
const MOST_REPEATS = 4096;

/**
 * Doubles the dispatches of a submission until it is long enough, and judges the timestamps that come up on the way.
 *
 * On the wall clock a sample is a difference of two submissions, with twice the dispatches or with the preparing alone, so what any
 * submission costs cancels.
 *
 * @param apart whether each dispatch has a pass of its own, with other work before it
 * @param kind what another kernel's samples were that this one's will be compared with: then nothing is tried out
 */
export async function chooseSampling(timer: Timer, apart: boolean, kind?: SampleKind): Promise<Sampling> {
  const { clock, repeats, distrusted } = kind ? { ...kind, distrusted: undefined } : await tryOut(timer, apart);
  const sample = clock === 'wall' ? () => sampleByWall(timer, repeats, apart) : () => sampleByStamps(timer, repeats);
  return { clock, repeats, distrusted, sample };
}

async function tryOut(timer: Timer, apart: boolean): Promise<Omit<Sampling, 'sample'>> {
  const timings: Timing[] = [];
  let repeats = 1;
  for (;;) {
    // Two, since the first may find processor or caches busy, and since a single pair of timestamps shows no grid.
    const pair = [await timer.run(repeats), await timer.run(repeats)];
    timings.push(...pair);
    const wallMs = Math.min(...pair.map((timing) => timing.wallMs));
    const stampMs = Math.min(...pair.map(({ stamps }) => stampedMs(stamps)));
    const tickMs = timestampStep(timings.flatMap(({ stamps }) => stamps)) / 1e6;
    const isLast = 2 * repeats > (apart ? MOST_PASSES : MOST_REPEATS);
    const distrusted = distrust(timings, apart) ?? (isLast && stampMs === 0 ? 'timestamps stand still' : undefined);
    // Dispatches with timestamps of their own are no better measured together than one by one.
    const isLong = distrusted
      ? wallMs >= LONG_WALL_MS
      : stampMs > 0 && stampMs >= Math.max(apart ? 0 : LONG_STAMP_MS, LONG_TICKS * tickMs);
    if (isLong || isLast) return { clock: distrusted ? 'wall' : 'timestamp', distrusted, repeats };
    repeats *= 2;
  }
}

async function sampleByStamps(timer: Timer, repeats: number): Promise<number> {
  const { stamps } = await timer.run(repeats);
  return stampedMs(stamps) / repeats;
}

async function sampleByWall(timer: Timer, repeats: number, apart: boolean): Promise<number> {
  const few = apart ? await timer.run(repeats, true) : await timer.run(repeats);
  const many = await timer.run(apart ? repeats : 2 * repeats);
  return (many.wallMs - few.wallMs) / repeats;
}
