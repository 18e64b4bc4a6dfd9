import type { GpuContext } from './context.ts';
import { limitExceeded } from './errors.ts';
import type { Sighting } from './gpu-clock.ts';

/** WebGPU allows no larger query set. */
const MAX_QUERIES = 4096;

/** Empty passes that are timed to learn how the GPU's clock stands against the CPU's. */
const SIGHTINGS = 8;

/** Begin and end of compute passes, in the GPU's nanoseconds. */
export interface GpuTimer {
  /** For the descriptor of pass `i`. */
  writes(i: number): GPUComputePassTimestampWrites;
  /** Submits empty passes, to have been seen within known times of the CPU; their queries lie behind those of the caller's passes. */
  sight(): Promise<void>;
  /** Begin and end of each of the caller's passes, once they are done, and what `sight` saw. */
  read(): Promise<{ passes: { begin: bigint; end: bigint }[]; sightings: Sighting[] }>;
  destroy(): void;
}

/** @throws MovtError `limit_exceeded` for more passes than a query set holds. The device must have timestamp-query. */
export function createGpuTimer(context: GpuContext, passes: number): GpuTimer {
  const { device } = context;
  const count = 2 * (passes + SIGHTINGS);
  if (count > MAX_QUERIES) {
    throw limitExceeded({
      action: 'timing dispatches',
      given: `${passes} of them`,
      needed: `at most ${MAX_QUERIES / 2 - SIGHTINGS}`,
      fix: 'Time the plan as a whole.',
    });
  }
  const querySet = device.createQuerySet({ label: 'timestamps', type: 'timestamp', count });
  const resolved = context.createBuffer(
    'timestamps',
    count * 8,
    GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  );
  const staging = context.createBuffer('timestamps', count * 8, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const seen: { before: number; after: number }[] = [];

  const writes = (i: number) => ({ querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 });
  return {
    writes,
    async sight() {
      for (let i = 0; i < SIGHTINGS; i++) {
        const encoder = device.createCommandEncoder();
        encoder.beginComputePass({ timestampWrites: writes(passes + i) }).end();
        const commands = encoder.finish();
        const before = performance.now();
        device.queue.submit([commands]);
        await context.guard('timing', device.queue.onSubmittedWorkDone());
        seen.push({ before, after: performance.now() });
      }
    },
    async read() {
      // A submission of its own: resolving is a dispatch in some drivers, which has no place inside what is timed.
      const encoder = device.createCommandEncoder();
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, count * 8);
      device.queue.submit([encoder.finish()]);
      await context.guard('timing', staging.mapAsync(GPUMapMode.READ));
      const times = new BigUint64Array(staging.getMappedRange().slice(0));
      staging.unmap();
      const pass = (i: number) => ({ begin: times[2 * i], end: times[2 * i + 1] });
      return {
        passes: Array.from({ length: passes }, (_, i) => pass(i)),
        sightings: seen.map((cpu, i) => ({ ...cpu, ...pass(passes + i) })),
      };
    },
    destroy() {
      querySet.destroy();
      context.destroyBuffer(resolved);
      context.destroyBuffer(staging);
    },
  };
}
