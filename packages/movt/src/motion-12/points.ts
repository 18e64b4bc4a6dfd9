import { FIRST_HALF, GROUND, layerAt, OCCLUDER, type Scene, SECOND_HALF } from './scene.ts';
import { apply, invert, type Place } from './similarity.ts';

/** A point fixed to a layer, in its coordinates. */
export interface ScenePoint {
  readonly layer: number;
  readonly at: Place;
}

/** A point in a frame. */
export interface Sighting {
  /** In the picture, [−1, 1]. */
  readonly place: Place;
  readonly isHidden: boolean;
}

/** So often a place is drawn; then one will do that is on the other layer. */
const MAX_DRAWS = 200;

/** Multiples of it fill the unit interval evenly (the golden ratio). */
const EVEN = 0.6180339887;

/** Half pictures. Points are chosen at least 3 % from the picture's edge. */
const REACH = 0.97;

/**
 * Draws points that are seen in the first frame, as queries on it: a share of them, 30 to 80 %, on the thing, the rest on the ground. The
 * first few of many points are the same as a few.
 */
export function drawPoints(scene: Scene, count: number): ScenePoint[] {
  const sharing = scene.draws('share');
  const [share, offset] = [sharing.between(0.3, 0.8), sharing.between(0, 1)];
  const maps = scene.mapsAt(0);
  return Array.from({ length: count }, (_, n) => {
    const draws = scene.draws('point', n);
    const isOfThing = (offset + n * EVEN) % 1 < share;
    for (let i = 1; ; i++) {
      const place = { x: draws.between(-REACH, REACH), y: draws.between(-REACH, REACH) };
      const layer = layerAt(scene, maps, place);
      if (layer === OCCLUDER || ((layer === GROUND) === isOfThing && i < MAX_DRAWS)) continue;
      return { layer, at: apply(invert(maps[layer]!), place) };
    }
  });
}

/** Where points are in each frame, and whether something else is seen there or they have left the picture. */
export function followPoints(scene: Scene, points: readonly ScenePoint[]): Sighting[][] {
  return Array.from({ length: scene.frames }, (_, t) => {
    const maps = scene.mapsAt(t);
    return points.map(({ layer, at }) => {
      const place = apply(maps[layer]!, at);
      const isOutside = Math.max(Math.abs(place.x), Math.abs(place.y)) > 1;
      return { place, isHidden: isOutside || isCovered(layer, layerAt(scene, maps, place)) };
    });
  });
}

/** Halves do not cover each other: they meet at the seam, where rounding decides which is seen. */
function isCovered(own: number, seen: number): boolean {
  return seen > own && !(own === FIRST_HALF && seen === SECOND_HALF);
}
