import { gaussianPyramid, klt, type Operand, type PlanRecorder, pyramidLevels, queryPatches } from '@movt/kernels';
import type { KltMemory } from './memory.ts';

/** What the tracker keeps on the GPU. */
export interface KltOperands {
  /** u32 [length], laid out by kltMemory. */
  readonly images: Operand;
  /** [N,2] */
  readonly queries: Operand;
  /** Points [N, POINT_SIZE] of the last two frames, which take turns. */
  readonly points: readonly [Operand, Operand];
}

/** The dispatches for a frame that was uploaded into this slot, while the other slot holds the frame before: pyramid, motion, query patches. */
export function recordKltFrame(
  plan: PlanRecorder,
  memory: KltMemory,
  slot: 0 | 1,
  { images, queries, points: places }: KltOperands,
): void {
  const { width, height, points, levels, frames, patches, length } = memory;
  const other = slot === 0 ? 1 : 0;
  const pyramid = pyramidLevels(frames[slot], width, height, levels);
  for (let level = 1; level < levels; level++) {
    plan.dispatch(gaussianPyramid, { length, finer: pyramid[level - 1]!, coarser: pyramid[level]! }, { images });
  }
  plan.dispatch(
    klt,
    { length, width, height, levels, previous: frames[other], next: frames[slot], patches, points },
    { images, queries, points: places[other], moved: places[slot] },
  );
  plan.dispatch(queryPatches, { length, frame: pyramid[0]!, patches, points }, { points: places[slot], images });
}
