/** Pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Whether two boxes share any pixel. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * Places labels one after another: each takes the first of its places that is free of the obstacles and of all labels
 * placed before, and the first of all where none is free.
 *
 * @param labels The places of each, the one liked best first.
 * @returns For each label which of its places it took.
 */
export function placeLabels(labels: readonly (readonly Box[])[], obstacles: readonly Box[] = []): number[] {
  const taken = [...obstacles];
  return labels.map((places) => {
    const free = places.findIndex((place) => !taken.some((other) => overlap(place, other)));
    const chosen = Math.max(0, free);
    taken.push(places[chosen]);
    return chosen;
  });
}
