import type { Place } from './similarity.ts';

/**
 * The part of a polygon on one side of a line (Sutherland–Hodgman). Of a polygon that is not convex the parts hang together by edges on the
 * line.
 *
 * @param side Linear; from 0 where a place is kept.
 */
export function clipPolygon(polygon: readonly Place[], side: (place: Place) => number): Place[] {
  return polygon.flatMap((to, i) => {
    const from = polygon.at(i - 1)!;
    const [before, after] = [side(from), side(to)];
    const kept = after >= 0 ? [to] : [];
    if (before >= 0 === after >= 0) return kept;
    const share = before / (before - after);
    return [{ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }, ...kept];
  });
}
