/** Ranks from 1 in the order of the values, ties sharing their mean; `tieSum` is Σ(t³ − t) over groups of t equal values. */
export function rank(values: readonly number[]): { ranks: number[]; tieSum: number } {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  let tieSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + end + 1) / 2;
    const tied = end - start;
    tieSum += tied ** 3 - tied;
    start = end;
  }
  return { ranks, tieSum };
}

/**
 * How much more a rank statistic varies than it would if all values were independent: 1, or more where values of one group (a round of
 * measuring, a stretch of a run) are alike. It is the ratio of variances between and within groups, on ranks, so that a burst of noise
 * does not rule it. Statistics divide their z by its root, and intervals widen by it.
 *
 * `lists` are compared with each other; only the groups of one list are alike or not.
 */
export function designEffect(lists: readonly (readonly (readonly number[])[])[]): number {
  let between = 0;
  let within = 0;
  let betweenFreedom = 0;
  let withinFreedom = 0;
  for (const groups of lists) {
    const { ranks } = rank(groups.flat());
    const mean = (ranks.length + 1) / 2;
    let at = 0;
    for (const { length } of groups) {
      const own = ranks.slice(at, at + length);
      at += length;
      const ownMean = own.reduce((sum, value) => sum + value, 0) / length;
      between += length * (ownMean - mean) ** 2;
      for (const value of own) within += (value - ownMean) ** 2;
      withinFreedom += length - 1;
    }
    betweenFreedom += groups.length - 1;
  }
  if (!betweenFreedom || !withinFreedom || between === 0) return 1;
  // Groups that are alike through and through: nothing inside them tells of independence.
  if (within === 0) return (betweenFreedom + withinFreedom) / betweenFreedom;
  return Math.max(1, between / betweenFreedom / (within / withinFreedom));
}
