import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import type { PackedImage } from '../gaussian_pyramid/pyramid.ts';
import { POINT_SIZE } from '../klt/klt.ts';
import { PATCH_MARGIN, PATCH_SIDE } from '../klt/window.ts';
import source from './query_patches.wgsl';

/** Patches of `points` points, cut from `frame`; both lie in one buffer of `length` packed RGBA pixels. */
export interface QueryPatchesProblem {
  readonly length: number;
  readonly frame: PackedImage;
  /** Where the patches [points, PATCH_SIDE, PATCH_SIDE] start. */
  readonly patches: number;
  readonly points: number;
}

const WORKGROUP_SIZE = 64;

/** Copies the surroundings of points of age 0 out of their query frame: points [N,6] x, y, occluded, age, velocity; images u32 [length] in place. */
export const queryPatches = defineKernel<QueryPatchesProblem>({
  name: 'query_patches',
  bindings: [
    { name: 'points', access: 'read', length: ({ points }) => points * POINT_SIZE },
    { name: 'images', access: 'read_write', type: 'u32', length: ({ length }) => length },
  ],
  params: ({ frame, patches, points }) => [
    { u32: frame.offset },
    { u32: frame.width },
    { u32: frame.height },
    { u32: patches },
    { u32: points },
  ],
  variant: ({ points }) => ({
    source,
    overrides: { WORKGROUP_SIZE, SIDE: PATCH_SIDE, MARGIN: PATCH_MARGIN },
    workgroups: linearGrid(Math.ceil((points * PATCH_SIDE ** 2) / WORKGROUP_SIZE)),
  }),
  flops: () => 0,
  // A patch is read and written; how many points are of age 0 depends on the data: counted as if all were.
  bytes: ({ points }) => 4 * points * (POINT_SIZE + 2 * PATCH_SIDE ** 2),
});
