import { fnv1a, philox } from '@movt/kernels';

/** What numbers are drawn for: each use has a stream of its own, so that one does not shift another's. */
const USES = [
  'motion',
  'rest',
  'outline',
  'seam',
  'camera',
  'occluder',
  'share',
  'point',
  'noise',
  'point noise',
  'texture',
  'surface',
] as const;

/** A stream of random numbers. */
export interface Draws {
  /** Uniform in [lo, hi). */
  between(lo: number, hi: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Standard normal. */
  normal(): number;
}

/** The stream of one use in one clip. */
export type ClipDraws = (use: (typeof USES)[number], item?: number) => Draws;

const KEY = fnv1a('motion-12');

/**
 * The random numbers of clip `clip` of seed `seed` (32 bits each). A number depends on these, on its use, its item (a point, say) and its
 * place in that stream: the same clip comes out whatever other clips, and how many points, are asked for.
 */
export function clipDraws(seed: number, clip: number): ClipDraws {
  return (use, item = 0) => {
    const stream = item * USES.length + USES.indexOf(use);
    let drawn = 0;
    let block: readonly number[] = [];
    const next = () => {
      const lane = drawn % 4;
      if (lane === 0) block = philox([drawn / 4, stream, clip, 0], [seed, KEY]);
      drawn++;
      return block[lane]! * 2 ** -32;
    };
    return {
      between: (lo, hi) => lo + (hi - lo) * next(),
      chance: (probability) => next() < probability,
      normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    };
  };
}
