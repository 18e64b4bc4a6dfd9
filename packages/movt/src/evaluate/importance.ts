/** Tracks above it count as important. */
const IMPORTANT = 0.5;

/**
 * The importance of each track for an answer, from 0 to 1: the L2 norm of the gradient of a class's logit with respect
 * to the track's input, over frames and coordinates (x, y, occluded), divided by the largest of the clip. All zero
 * where the gradient is zero everywhere.
 *
 * @param gradient [T,N,3], row-major
 * @param N points
 * @returns [N]
 */
export function trackImportance(gradient: ArrayLike<number>, N: number): Float64Array {
  const squares = new Float64Array(N);
  for (let i = 0; i < gradient.length; i++) squares[Math.floor(i / 3) % N] += gradient[i] ** 2;
  const largest = squares.reduce((a, b) => Math.max(a, b));
  return squares.map((sum) => (largest > 0 ? Math.sqrt(sum / largest) : 0));
}

/** Tracks of one clip whose importance is above 0.5. */
export function importantCount(importance: Float64Array): number {
  return importance.filter((value) => value > IMPORTANT).length;
}
