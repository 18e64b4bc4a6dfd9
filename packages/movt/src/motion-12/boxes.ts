import type { Box } from '../pixt/sample-box.ts';
import { clipPolygon } from './polygon.ts';
import { FIRST_HALF, type Scene, SECOND_HALF } from './scene.ts';
import { apply } from './similarity.ts';

/**
 * What bounds the thing in each frame: what of it lies in the picture, also where something passes in front of it; null where it has left
 * the picture.
 *
 * @param side of the frames, in pixels
 */
export function thingBoxes(scene: Scene, side: number): (Box | null)[] {
  return Array.from({ length: scene.frames }, (_, t) => boxOf(scene, scene.mapsAt(t), side));
}

function boxOf({ layers }: Scene, maps: ReturnType<Scene['mapsAt']>, side: number): Box | null {
  // The picture's place −1 is the centre of the first pixel, half a pixel from the edge.
  const pixel = (place: number) => ((place + 1) * side) / 2 + 0.5;
  const seen = [FIRST_HALF, SECOND_HALF].flatMap((half) => {
    const polygon = layers[half]!.contour!.map((corner) => {
      const { x, y } = apply(maps[half]!, corner);
      return { x: pixel(x), y: pixel(y) };
    });
    const edges = [({ x }) => x, ({ x }) => side - x, ({ y }) => y, ({ y }) => side - y] as Parameters<
      typeof clipPolygon
    >[1][];
    return edges.reduce(clipPolygon, polygon);
  });
  if (seen.length === 0) return null;
  // Where an edge cuts, rounding may step over it.
  const range = (values: number[]) => [Math.max(0, Math.min(...values)), Math.min(side, Math.max(...values))] as const;
  const [x0, x1] = range(seen.map(({ x }) => x));
  const [y0, y1] = range(seen.map(({ y }) => y));
  return { x0, y0, x1, y1 };
}
