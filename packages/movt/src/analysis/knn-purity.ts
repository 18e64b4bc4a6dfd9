import { badInput } from '@movt/kernels';

/** How pure neighbourhoods are. */
export interface Purity {
  /** For each k, the share of a clip's k nearest neighbours that are of its class, the mean over the clips. */
  readonly purity: readonly { readonly k: number; readonly share: number }[];
  /** What neighbours drawn at random would give. */
  readonly chance: number;
}

/**
 * k-NN purity by Euclidean distance; a clip is no neighbour of its own, and of equally near ones the first counts.
 *
 * @param points [clips][width]: features, or places in a picture
 * @param labels [clips]
 * @param ks numbers of neighbours
 * @throws MovtError bad_input for a k that is no whole number from 1 to one less than there are clips, and for other
 * numbers of labels
 */
export function knnPurity(
  points: readonly ArrayLike<number>[],
  labels: readonly number[],
  ks: readonly number[] = [1, 5, 10],
): Purity {
  const refuse = (given: string, needed: string) => badInput({ action: 'measuring k-NN purity', given, needed });
  const others = points.length - 1;
  if (labels.length !== points.length) throw refuse(`${labels.length} labels`, `${points.length}, one a clip`);
  const wrong = ks.find((k) => !(Number.isInteger(k) && k >= 1 && k <= others));
  if (wrong !== undefined) throw refuse(`k = ${wrong} for ${points.length} clips`, `1 to ${others}`);
  const most = Math.max(...ks);
  const shares = ks.map(() => 0);
  const counts = new Map<number, number>();
  for (const [i, point] of points.entries()) {
    counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
    const near = points
      .map((other, j) => ({ j, distance: squaredDistance(point, other) }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, most);
    for (const [at, k] of ks.entries()) {
      const alike = near.slice(0, k).filter(({ j }) => labels[j] === labels[i]).length;
      shares[at] += alike / k / points.length;
    }
  }
  const pairs = [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return { purity: ks.map((k, at) => ({ k, share: shares[at] })), chance: pairs / (points.length * others) };
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}
