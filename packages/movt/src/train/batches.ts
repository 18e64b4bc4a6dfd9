import { fnv1a } from '@movt/kernels';
import type { Shape } from '../plan.ts';
import { shuffled } from '../shuffle.ts';

type Size = Pick<Shape, 'frames' | 'points'>;

/** Clips that are near enough in size to be padded to one shape. */
export interface Bucket {
  /** Indices of its clips. */
  readonly members: readonly number[];
  /** Frames that each is padded to. */
  readonly frames: number;
  /** Points that each is padded to. */
  readonly points: number;
}

/** One batch of an epoch. */
export interface Batch {
  readonly indices: readonly number[];
  readonly bucket: Bucket;
}

/** Sizes that are padded to: four to a doubling, so that at most a fifth of a side is padding and a set of any sizes has few shapes. */
export function roundedSize(size: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(size)) - 2);
  return Math.ceil(size / step) * step;
}

/**
 * Sorts clips into buckets by their rounded frames and points: a plan of the GPU is for one shape. Buckets with fewer clips than a batch are put
 * together with the next larger one.
 * @param sizes of the clips
 */
export function createBuckets(sizes: readonly Size[], batchSize: number): Bucket[] {
  const shapes = new Map<string, { members: number[]; frames: number; points: number }>();
  for (const [i, size] of sizes.entries()) {
    const [frames, points] = [roundedSize(size.frames), roundedSize(size.points)];
    const key = `${frames}×${points}`;
    const bucket = shapes.get(key) ?? { members: [], frames, points };
    bucket.members.push(i);
    shapes.set(key, bucket);
  }
  const sorted = [...shapes.values()].sort((a, b) => a.frames - b.frames || a.points - b.points);
  const buckets: Bucket[] = [];
  let small: Bucket | null = null;
  for (const bucket of sorted) {
    const joined: Bucket = small ? join(small, bucket) : bucket;
    if (joined.members.length < batchSize) small = joined;
    else {
      buckets.push(joined);
      small = null;
    }
  }
  if (small) buckets.push(buckets.length > 0 ? join(buckets.pop()!, small) : small);
  // The largest shape that is there, where rounding would exceed it: one length of clips needs no padding at all.
  return buckets.map((bucket) => ({ ...bucket, ...largest(bucket.members.map((i) => sizes[i])) }));
}

const join = (a: Bucket, b: Bucket): Bucket => ({
  members: [...a.members, ...b.members],
  frames: Math.max(a.frames, b.frames),
  points: Math.max(a.points, b.points),
});

const largest = (sizes: readonly Size[]): Size => ({
  frames: sizes.reduce((most, { frames }) => Math.max(most, frames), 0),
  points: sizes.reduce((most, { points }) => Math.max(most, points), 0),
});

const [CLIPS, BATCHES] = [fnv1a('order of clips'), fnv1a('order of batches')];

/** The batches of an epoch: every clip once, a bucket's last batch as small as it comes; (seed, epoch) decide the order alone. */
export function epochBatches(buckets: readonly Bucket[], batchSize: number, seed: number, epoch: number): Batch[] {
  const batches = buckets.flatMap((bucket) => {
    const members = shuffled(bucket.members, seed, CLIPS, epoch);
    return Array.from({ length: Math.ceil(members.length / batchSize) }, (_, b) => ({
      indices: members.slice(b * batchSize, (b + 1) * batchSize),
      bucket,
    }));
  });
  return shuffled(batches, seed, BATCHES, epoch);
}
