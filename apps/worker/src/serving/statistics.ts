import type { Duration, ModelStatistics } from '../service.ts';

/** One batch that ran. */
export interface Execution {
  /** Clips. */
  readonly batch: number;
  /** Laying the clips out, milliseconds. */
  readonly inputMs: number;
  /** On the device and waiting for it. */
  readonly inferMs: number;
  readonly outputMs: number;
}

/** What is counted of a version, from when the service began. */
export interface Counters {
  /** A batch ran. */
  ran(execution: Execution): void;
  /** A request was answered; `executions` are those that it was part of, and count for it as a whole, as Triton has it. */
  answered(clips: number, totalMs: number, queueMs: number, executions: ReadonlySet<Execution>): void;
  /** A request was not answered. */
  failed(totalMs: number): void;
  read(): Omit<ModelStatistics, 'name' | 'version' | 'pending'>;
}

const none = (): Duration => ({ count: 0, ns: 0 });

function add(duration: Duration, ms: number): void {
  duration.count++;
  duration.ns += Math.round(ms * 1e6);
}

/**
 * Counts as Triton does.
 * @param wallClock milliseconds since 1970
 */
export function createCounters(wallClock: () => number = Date.now): Counters {
  const durations = {
    success: none(),
    fail: none(),
    queue: none(),
    computeInput: none(),
    computeInfer: none(),
    computeOutput: none(),
  };
  const batches = new Map<number, Duration>();
  let lastInference = 0;
  let inferenceCount = 0;
  let executionCount = 0;
  return {
    ran({ batch, inferMs }) {
      executionCount++;
      const duration = batches.get(batch) ?? none();
      batches.set(batch, duration);
      add(duration, inferMs);
    },
    answered(clips, totalMs, queueMs, executions) {
      lastInference = wallClock();
      inferenceCount += clips;
      const sum = (part: 'inputMs' | 'inferMs' | 'outputMs') =>
        [...executions].reduce((total, execution) => total + execution[part], 0);
      add(durations.success, totalMs);
      add(durations.queue, queueMs);
      add(durations.computeInput, sum('inputMs'));
      add(durations.computeInfer, sum('inferMs'));
      add(durations.computeOutput, sum('outputMs'));
    },
    failed: (totalMs) => add(durations.fail, totalMs),
    read: () => ({
      lastInference,
      inferenceCount,
      executionCount,
      ...structuredClone(durations),
      batches: [...batches]
        .sort(([a], [b]) => a - b)
        .map(([batchSize, computeInfer]) => ({ batchSize, computeInfer: { ...computeInfer } })),
    }),
  };
}
