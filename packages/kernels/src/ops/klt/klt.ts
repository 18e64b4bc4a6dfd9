import type { AdapterTraits } from '../../runtime/context.ts';
import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './klt.wgsl';
import * as window from './window.ts';

/** Where the pictures lie in the buffer of `length` packed RGBA pixels, and how many points there are. */
export interface KltProblem {
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  /** Where the pyramids of the frame before and of this one start. */
  readonly previous: number;
  readonly next: number;
  /** Where the query patches [points, PATCH_SIDE, PATCH_SIDE] start. */
  readonly patches: number;
  readonly points: number;
}

/** Numbers of a point: x, y, occluded, age, velocity along x and y. */
export const POINT_SIZE = 6;

/**
 * Moves points from one frame to the next. images u32 [length] RGBA; queries [N,2] x, y; points [N,6] x, y, occluded, age, velocity → moved,
 * the same one frame on. Age counts frames since the query frame: below 0 a point waits at its query, occluded; at 0 it is there, visible.
 *
 * Occluded is a point that looks different from the frame before, does not find the way back or has left the frame; and one that was
 * occluded, until it looks as in its query frame.
 */
export const klt = defineKernel<KltProblem>({
  name: 'klt',
  bindings: [
    { name: 'images', access: 'read', type: 'u32', length: ({ length }) => length },
    { name: 'queries', access: 'read', length: ({ points }) => points * 2 },
    { name: 'points', access: 'read', length: ({ points }) => points * POINT_SIZE },
    { name: 'moved', access: 'read_write', length: ({ points }) => points * POINT_SIZE },
  ],
  params: ({ previous, next, width, height, levels, patches, points }) =>
    [previous, next, width, height, levels, patches, points].map((u32) => ({ u32 })),
  variant: ({ points }, traits) => {
    const { SERIAL, SUBGROUPS, WORKGROUP_SIZE } = lanes(traits);
    return {
      source,
      flags: { SERIAL, SUBGROUPS },
      overrides: {
        WORKGROUP_SIZE,
        SIGMA: window.SIGMA,
        WEIGHT_SCALE: 1 / window.gaussianSum() ** 2,
        STEP_TOLERANCE: window.STEP_TOLERANCE,
        MAX_STEPS: window.MAX_STEPS,
        MIN_EIGENVALUE: window.MIN_EIGENVALUE,
        MAX_FORWARD_BACKWARD: window.MAX_FORWARD_BACKWARD,
        FLOW_CORRELATION: window.FLOW_CORRELATION,
        QUERY_CORRELATION: window.QUERY_CORRELATION,
        MAX_CORRECTION: window.MAX_CORRECTION,
        PATCH_MARGIN: window.PATCH_MARGIN,
        PATCH_SIDE: window.PATCH_SIDE,
      },
      workgroups: linearGrid(SERIAL ? Math.ceil(points / WORKGROUP_SIZE) : points),
    };
  },
  flops: (problem) => 2 * searchMacs(problem),
  macs: searchMacs,
  // Of each point its numbers before and after, its query patch, and at each level of both pictures the surroundings of one window.
  bytes: ({ points, levels }) => 4 * points * (2 * POINT_SIZE + 2 + (2 * levels + 1) * window.PATCH_SIDE ** 2),
});

/**
 * A search at each level, back, and for the query patch. For each pixel and colour: value and two slopes from 4×4 pixels to learn the template;
 * a step takes a bilinear sample, and two products with the slopes. How many steps it takes depends on the pictures: counted with five.
 */
function searchMacs({ points, levels }: KltProblem): number {
  return points * (levels + 2) * (2 * window.RADIUS + 1) ** 2 * 3 * (4 * 4 * 3 + 5 * (4 + 2));
}

/** How the threads of a point share its window. */
function lanes({ software, subgroupSize }: AdapterTraits) {
  if (subgroupSize > 0) return { SERIAL: false, SUBGROUPS: true, WORKGROUP_SIZE: subgroupSize };
  // Without subgroups a CPU does best with a thread a point: sums through workgroup memory cost more than they save there.
  return { SERIAL: software, SUBGROUPS: false, WORKGROUP_SIZE: software ? 8 : 16 };
}
