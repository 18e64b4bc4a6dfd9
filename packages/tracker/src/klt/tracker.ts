import { createPlan, type GpuContext, limitExceeded, type Plan, POINT_SIZE, type Slice } from '@movt/kernels';
import type { Query } from '../points.ts';
import { recordKltFrame } from './frame.ts';
import { type KltMemory, kltMemory } from './memory.ts';

/** Follows points through the frames that are pushed into it. Frames are handled in the order of the calls. */
export interface KltTracker {
  /** One dispatch list of a frame: pyramid, motion, query patches. */
  readonly plan: Plan;
  /** Uploads a frame, RGBA [height, width, 4], and queues its work. Resolves once `rgba` may be reused and there is room for another. */
  push(rgba: Uint8Array): Promise<void>;
  /** What has come out since the last call: [frames, N, 3] x, y in pixels and occluded, a piece for each read-back. */
  take(): Promise<Float32Array[]>;
  /** Frees every buffer. */
  destroy(): Promise<void>;
}

/** Frames are queued up to this many bytes, and this many frames, before their results are read back. */
const QUEUED_BYTES = 32 * 2 ** 20;
const QUEUED_FRAMES = 64;

const POINT_BYTES = POINT_SIZE * 4;

/**
 * Prepares a pyramidal Lucas–Kanade tracker for frames of one size. Nothing is allocated per frame; results stay on the GPU until a
 * read-back is due, so that neither memory nor waiting grows with the length of the video.
 *
 * @throws MovtError limit_exceeded where the device's buffers cannot hold two frames and the points' patches.
 */
export async function createKltTracker(
  context: GpuContext,
  width: number,
  height: number,
  queries: readonly Query[],
): Promise<KltTracker> {
  const N = queries.length;
  const memory = kltMemory(width, height, N);
  checkLimits(context, memory);

  const owned: GPUBuffer[] = [];
  const allocate = (label: string, byteLength: number, usage = GPUBufferUsage.STORAGE): Slice => {
    const buffer = context.createBuffer(label, byteLength, usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC);
    owned.push(buffer);
    return { buffer, offset: 0, byteLength };
  };
  const destroy = async () => {
    await Promise.all(plans.map((plan) => plan.destroy()));
    for (const buffer of owned) context.destroyBuffer(buffer);
  };
  const plans: Plan[] = [];

  try {
    const images = allocate('klt images', memory.length * 4);
    const start = allocate('klt queries', N * 8);
    const points = [allocate('klt points 0', N * POINT_BYTES), allocate('klt points 1', N * POINT_BYTES)] as const;
    for (const slot of [0, 1] as const) {
      const plan = createPlan(context, `klt slot ${slot}`);
      recordKltFrame(plan, memory, slot, { images, queries: start, points });
      plans.push(await plan.build());
    }
    const { queue } = context.device;
    queue.writeBuffer(start.buffer, 0, Float32Array.from(queries.flatMap(({ x, y }) => [x, y])));
    // The first frame reads from slot 1 and makes every point one frame older: a query in frame 0 is then of age 0.
    const waiting = queries.flatMap(({ frame, x, y }) => [x, y, 1, -1 - frame, 0, 0]);
    queue.writeBuffer(points[1].buffer, 0, Float32Array.from(waiting));

    const rowBytes = N * POINT_BYTES;
    const room = Math.max(1, Math.min(QUEUED_FRAMES, Math.floor(QUEUED_BYTES / (width * height * 4 + rowBytes))));
    const staging = context.createBuffer(
      'klt results',
      room * rowBytes,
      GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    );
    owned.push(staging);
    let slot: 0 | 1 = 0;
    let queued = 0;
    let pieces: Float32Array[] = [];

    const readBack = async () => {
      const byteLength = queued * rowBytes;
      queued = 0;
      if (byteLength === 0) return;
      await context.guard('tracking points', staging.mapAsync(GPUMapMode.READ, 0, byteLength));
      pieces.push(placesOf(new Float32Array(staging.getMappedRange(0, byteLength))));
      staging.unmap();
    };

    return {
      plan: plans[0]!,
      async push(rgba) {
        context.assertAlive('tracking points');
        queue.writeBuffer(images.buffer, memory.frames[slot] * 4, rgba as Uint8Array<ArrayBuffer>);
        const encoder = context.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        plans[slot]!.encode(pass);
        pass.end();
        encoder.copyBufferToBuffer(points[slot].buffer, 0, staging, queued * rowBytes, rowBytes);
        queue.submit([encoder.finish()]);
        slot = slot === 0 ? 1 : 0;
        queued++;
        if (queued === room) await readBack();
      },
      async take() {
        await readBack();
        const taken = pieces;
        pieces = [];
        return taken;
      },
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

function checkLimits({ limits, adapter }: GpuContext, { width, height, points, length }: KltMemory): void {
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  if (length * 4 <= most) return;
  throw limitExceeded({
    action: `tracking ${points} points in ${width}×${height} pixels`,
    given: `${length * 4} bytes of frames and query patches`,
    needed: `at most ${most} (maxStorageBufferBindingSize of ${adapter.name})`,
    fix: 'Track fewer points at once, or scale the video down.',
  });
}

/** The first three numbers of each point. */
function placesOf(points: Float32Array): Float32Array {
  return new Float32Array((points.length / POINT_SIZE) * 3).map(
    (_, i) => points[Math.floor(i / 3) * POINT_SIZE + (i % 3)]!,
  );
}
