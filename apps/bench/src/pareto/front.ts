/** What a front is made of. */
export interface Candidate {
  readonly cost: number;
  readonly accuracy: number;
}

/**
 * The Pareto front: the points that no other dominates, that is, none is at most as dear and at least as accurate and
 * in one of both strictly better. Points that are equal in both stand on it together.
 *
 * @returns Their places in `points`, by rising cost.
 */
export function paretoFront(points: readonly Candidate[]): number[] {
  const order = points.map((_, i) => i);
  order.sort((a, b) => points[a].cost - points[b].cost || points[b].accuracy - points[a].accuracy || a - b);
  const front: number[] = [];
  for (const i of order) {
    const last = front.length > 0 ? points[front[front.length - 1]] : undefined;
    const { cost, accuracy } = points[i];
    if (!last || accuracy > last.accuracy || (accuracy === last.accuracy && cost === last.cost)) front.push(i);
  }
  return front;
}
