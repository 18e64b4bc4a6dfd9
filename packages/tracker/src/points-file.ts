/** Query points from files. Node and Deno only. */
import { badInput } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { readImage } from './image.ts';
import { gridPoints, listPoints, maskPoints, type PointsSpec, type Query } from './points.ts';

const MAX_LIST_BYTES = 64 * 2 ** 20;

/**
 * The query points that a specification asks for, in its order.
 *
 * @param clip Size of the picture in pixels and number of decoded frames.
 * @param seed Draws the points of a mask.
 * @throws MovtError bad_input for a file that cannot be read, a mask of another size than the picture, a point outside
 * the clip.
 */
export async function loadPoints(
  spec: PointsSpec,
  clip: { width: number; height: number; frameCount: number },
  seed: number,
): Promise<Query[]> {
  switch (spec.kind) {
    case 'grid':
      return gridPoints(spec.columns, spec.rows, clip.width, clip.height);
    case 'list':
      return listPoints(new TextDecoder().decode(await readFileBytes(spec.file, MAX_LIST_BYTES)), clip, spec.file);
    case 'mask': {
      const mask = await readImage(spec.file);
      if (mask.width !== clip.width || mask.height !== clip.height) {
        throw badInput({
          action: `reading the mask ${spec.file}`,
          given: `${mask.width}×${mask.height} pixels`,
          needed: `the video's ${clip.width}×${clip.height}`,
        });
      }
      return maskPoints(mask, spec.count, seed, spec.file);
    }
  }
}
