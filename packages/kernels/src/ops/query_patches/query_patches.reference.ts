import type { Arrays } from '../../testing/check-kernel.ts';
import { POINT_SIZE } from '../klt/klt.ts';
import { PATCH_MARGIN, PATCH_SIDE } from '../klt/window.ts';
import type { QueryPatchesProblem } from './query_patches.ts';

/** points [N,6], images [length] → images with the patches of the points of age 0 filled in. */
export function queryPatchesReference({ frame, patches, points: N }: QueryPatchesProblem, inputs: Arrays): Arrays {
  const points = inputs.points!;
  const images = Uint32Array.from(inputs.images!);
  for (let n = 0; n < N; n++) {
    if (points[n * POINT_SIZE + 3] !== 0) continue;
    for (let y = 0; y < PATCH_SIDE; y++) {
      for (let x = 0; x < PATCH_SIDE; x++) {
        const sourceX = Math.min(Math.max(Math.floor(points[n * POINT_SIZE]!) + x - PATCH_MARGIN, 0), frame.width - 1);
        const sourceY = Math.min(
          Math.max(Math.floor(points[n * POINT_SIZE + 1]!) + y - PATCH_MARGIN, 0),
          frame.height - 1,
        );
        images[patches + (n * PATCH_SIDE + y) * PATCH_SIDE + x] =
          images[frame.offset + sourceY * frame.width + sourceX]!;
      }
    }
  }
  return { images };
}
