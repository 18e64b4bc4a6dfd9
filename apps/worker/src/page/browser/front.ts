/** A model's cost and its accuracy. */
export interface CostedAccuracy {
  readonly cost: number;
  readonly accuracy: number;
}

/** Those that no other beats at their cost, from the cheapest on. */
export function frontOf(points: readonly CostedAccuracy[]): CostedAccuracy[] {
  const sorted = [...points].sort((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
  return sorted.filter(({ accuracy }, i) => sorted.slice(0, i).every((cheaper) => cheaper.accuracy < accuracy));
}
