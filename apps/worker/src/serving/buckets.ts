/** A clip's sizes. */
export interface Sizes {
  readonly frames: number;
  readonly points: number;
}

/**
 * The next size of 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24 …: four an octave. So clips of many sizes meet in few buckets, and padding
 * them to its size costs less than a quarter along each axis.
 */
export function roundUp(size: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(size)) - 2);
  return Math.ceil(size / step) * step;
}

/** The sizes that clips of a bucket are padded to. */
export const bucketOf = ({ frames, points }: Sizes): Sizes => ({ frames: roundUp(frames), points: roundUp(points) });

/** What a batch is padded to: its bucket's sizes, but what its clips have where all have the same, since nothing has to be padded then. */
export function roomFor(clips: readonly Sizes[]): Sizes {
  const [first] = clips;
  const isOne = clips.every(({ frames, points }) => frames === first.frames && points === first.points);
  return isOne ? first : bucketOf(first);
}
