import type { Box } from '../pixt/sample-box.ts';
import { clipPolygon } from './polygon.ts';
import { FIRST_HALF, type Scene, SECOND_HALF } from './scene.ts';
import { apply, type Place } from './similarity.ts';

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
  const thing = [FIRST_HALF, SECOND_HALF].map((half) =>
    layers[half]!.contour!.map((corner) => {
      const { x, y } = apply(maps[half]!, corner);
      return { x: pixel(x), y: pixel(y) };
    }),
  );
  const whole = boundsOf(thing.flat());
  if (whole.x0 >= 0 && whole.y0 >= 0 && whole.x1 <= side && whole.y1 <= side) return whole;

  const edges: ((place: Place) => number)[] = [({ x }) => x, ({ x }) => side - x, ({ y }) => y, ({ y }) => side - y];
  const seen = thing.flatMap((polygon) => edges.reduce(clipPolygon, polygon));
  if (seen.length === 0) return null;
  const { x0, y0, x1, y1 } = boundsOf(seen);
  // Where an edge cuts, rounding may step over it.
  return { x0: Math.max(x0, 0), y0: Math.max(y0, 0), x1: Math.min(x1, side), y1: Math.min(y1, side) };
}

function boundsOf(places: readonly Place[]): Box {
  const [x, y] = [places.map((place) => place.x), places.map((place) => place.y)];
  return { x0: Math.min(...x), y0: Math.min(...y), x1: Math.max(...x), y1: Math.max(...y) };
}
