import type { GpuContext } from '@movt/kernels';

/** What is timed: one dispatch, and what has to happen before each, outside the time. */
export interface Work {
  readonly dispatch: (pass: GPUComputePassEncoder) => void;
  /** Left out, dispatches follow each other in one pass. */
  readonly before?: (encoder: GPUCommandEncoder) => void;
}

/** One submission, timed. */
export interface Timing {
  /** From submitting until the work is known to be done. */
  readonly wallMs: number;
  /** The GPU's own timestamps in nanoseconds, begin and end of each pass in turn; none without `timestamp-query`. */
  readonly stamps: readonly bigint[];
}

export interface Timer {
  /** Submits `repeats` dispatches, or with `idle` only what comes before each. */
  run(repeats: number, idle?: boolean): Promise<Timing>;
  destroy(): void;
}

/** The most dispatches of one submission where each has a pass, and so two timestamps, of its own. */
export const MOST_PASSES = 64;

/** Times submissions of the work. */
export function createTimer(context: GpuContext, { dispatch, before }: Work): Timer {
  const { device } = context;
  const queries = context.traits.timestamps
    ? device.createQuerySet({ type: 'timestamp', count: 2 * MOST_PASSES })
    : undefined;
  const bytes = 2 * MOST_PASSES * 8;
  const resolved =
    queries && context.createBuffer('timestamps', bytes, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
  const staging =
    queries && context.createBuffer('timestamps read', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);

  const encode = (repeats: number, idle: boolean) => {
    const encoder = device.createCommandEncoder();
    const passes = before ? repeats : 1;
    for (let i = 0; i < passes; i++) {
      before?.(encoder);
      if (idle) continue;
      const timestampWrites = queries && {
        querySet: queries,
        beginningOfPassWriteIndex: 2 * i,
        endOfPassWriteIndex: 2 * i + 1,
      };
      const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
      for (let j = 0; j < repeats / passes; j++) dispatch(pass);
      pass.end();
    }
    if (queries && !idle) {
      encoder.resolveQuerySet(queries, 0, 2 * passes, resolved!, 0);
      encoder.copyBufferToBuffer(resolved!, 0, staging!, 0, 2 * passes * 8);
    }
    return encoder.finish();
  };

  const run = async (repeats: number, idle = false): Promise<Timing> => {
    const commands = encode(repeats, idle);
    const started = performance.now();
    device.queue.submit([commands]);
    await context.guard('timing', device.queue.onSubmittedWorkDone());
    const wallMs = performance.now() - started;
    if (!staging || idle) return { wallMs, stamps: [] };
    await context.guard('reading timestamps', staging.mapAsync(GPUMapMode.READ));
    const stamps = [...new BigUint64Array(staging.getMappedRange().slice(0))].slice(0, before ? 2 * repeats : 2);
    staging.unmap();
    return { wallMs, stamps };
  };

  return {
    run,
    destroy() {
      queries?.destroy();
      if (resolved) context.destroyBuffer(resolved);
      if (staging) context.destroyBuffer(staging);
    },
  };
}

/** Milliseconds between the timestamps that belong together, summed. */
export function stampedMs(stamps: readonly bigint[]): number {
  let sum = 0n;
  for (let i = 0; i < stamps.length; i += 2) sum += stamps[i + 1] - stamps[i];
  return Number(sum) / 1e6;
}
