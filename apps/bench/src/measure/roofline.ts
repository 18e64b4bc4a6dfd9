import type { CacheMode, Ceilings, KernelRow, Limiter } from './types.ts';

/** A kernel that reaches less of its roof than this is held back by neither ceiling. */
const LATENCY_SHARE = 0.25;

/** Where a kernel stands under the roof (Williams, Waterman and Patterson, "Roofline", 2009), from what it does in `ms`. */
export function placeUnderRoof(
  { flop_count, byte_count, ms }: { flop_count: number; byte_count: number; ms: number },
  ceilings: Ceilings,
  mode: CacheMode,
): Pick<KernelRow, 'intensity' | 'gflop_per_s' | 'gb_per_s' | 'ceiling_share' | 'limiter'> {
  const gflop_per_s = flop_count / ms / 1e6;
  const gb_per_s = byte_count / ms / 1e6;
  const intensity = flop_count / byte_count;
  // The share of either ceiling that is used; the roof is the one that would be reached first.
  const computeShare = gflop_per_s / ceilings.f32_gflop_per_s;
  const memoryShare = gb_per_s / memoryCeiling(ceilings, mode);
  const ceiling_share = Math.max(computeShare, memoryShare);
  const nearest: Limiter = computeShare >= memoryShare ? 'compute' : 'memory';
  return {
    intensity,
    gflop_per_s,
    gb_per_s,
    ceiling_share,
    limiter: ceiling_share < LATENCY_SHARE ? 'latency' : nearest,
  };
}

/** Bytes move from memory in cold mode; in hot mode small operands stay in caches. In 10⁹ bytes a second. */
export function memoryCeiling({ memory_gb_per_s, cache_gb_per_s }: Ceilings, mode: CacheMode): number {
  return mode === 'cold' ? memory_gb_per_s : cache_gb_per_s;
}
