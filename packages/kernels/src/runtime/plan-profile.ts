import type { GpuContext } from './context.ts';
import { alignClocks, type GpuClock, type Span, timestampStep } from './gpu-clock.ts';
import { createGpuTimer, type GpuTimer } from './gpu-timer.ts';
import type { RunHooks, Stage } from './plan-run.ts';

/**
 * `plan`: one pass, as in a plain run, timed as a whole.
 * `dispatch`: a pass for each dispatch. That costs something: compare the whole with a plain run's.
 */
export type Granularity = 'plan' | 'dispatch';

/** Where the time of one run went. */
export interface PlanProfile {
  readonly results: Record<string, Float32Array>;
  /** What the CPU did, one stage after another with nothing in between. While it waits, the GPU works. */
  readonly stages: readonly Span[];
  /** The passes in order, on the CPU's clock, none overlapping; missing where the GPU does not tell, and `note` says why. */
  readonly gpu?: readonly Span[];
  readonly clock?: GpuClock;
  readonly note?: string;
}

/** What a profile needs to know of a plan. */
export interface ProfiledPlan {
  readonly label: string;
  readonly dispatchLabels: readonly string[];
  /** Encodes the dispatches from `first` up to `end`. */
  encode(pass: GPUComputePassEncoder, first: number, end: number): void;
}

/** Runs a plan once through `run`, with its stages and passes timed; what it needs on the GPU for that lives no longer. */
export async function profilePlan(
  context: GpuContext,
  { label, dispatchLabels, encode }: ProfiledPlan,
  granularity: Granularity,
  run: (hooks: RunHooks) => Promise<Record<string, Float32Array>>,
): Promise<PlanProfile> {
  const names = granularity === 'plan' ? [label] : dispatchLabels;
  const timer = context.traits.timestamps ? createGpuTimer(context, names.length) : undefined;
  try {
    await timer?.sight();
    const began: { name: Stage; start: number }[] = [];
    const results = await run({
      enter: (name) => began.push({ name, start: performance.now() }),
      encode(encoder) {
        for (const i of names.keys()) {
          const pass = encoder.beginComputePass(timer && { timestampWrites: timer.writes(i) });
          if (granularity === 'plan') encode(pass, 0, dispatchLabels.length);
          else encode(pass, i, i + 1);
          pass.end();
        }
      },
    });
    const ended = performance.now();
    const stages = began.map((stage, i) => ({ ...stage, end: began[i + 1]?.start ?? ended }));
    return { results, stages, ...(await readPasses(timer, names, stages)) };
  } finally {
    timer?.destroy();
  }
}

async function readPasses(
  timer: GpuTimer | undefined,
  names: readonly string[],
  stages: readonly (Span & { name: Stage })[],
): Promise<Pick<PlanProfile, 'gpu' | 'clock' | 'note'>> {
  if (!timer) return { note: 'the adapter has no timestamps: only what the CPU did is known' };
  const { passes, sightings } = await timer.read();
  const stepNs = timestampStep([...passes, ...sightings].flatMap(({ begin, end }) => [begin, end]));
  const before = stages.find(({ name }) => name === 'submit')!.start;
  const after = stages.find(({ name }) => name === 'wait')!.end;
  const [first, last] = [passes[0].begin, passes[passes.length - 1].end];
  const isOrdered = [...passes, { begin: last, end: last }].every(
    ({ begin, end }, i) => begin <= end && (i === 0 || passes[i - 1].end <= end),
  );
  if (!isOrdered || Number(last - first) / 1e6 > after - before + stepNs / 1e6) {
    return { note: "the adapter's timestamps contradict themselves or the CPU's clock: they are left out" };
  }
  const { toCpu, ...clock } = alignClocks([...sightings, { before, begin: first, end: last, after }], stepNs);
  const gpu: Span[] = [];
  for (const [i, { begin, end }] of passes.entries()) {
    // A GPU may note the beginning of a pass before the one that it waits for has ended.
    const start = Math.max(toCpu(begin), gpu[i - 1]?.end ?? -Infinity);
    gpu.push({ name: names[i], start, end: toCpu(end) });
  }
  const note = clock.quantised
    ? `timestamps come in steps of ${(stepNs / 1000).toFixed(1)} µs: the time of a short dispatch is not to be trusted`
    : undefined;
  return note ? { gpu, clock, note } : { gpu, clock };
}
