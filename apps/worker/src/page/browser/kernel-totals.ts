import type { RunProfile } from './state.ts';

/** All dispatches of one kernel together. */
export interface KernelTotal {
  readonly kernel: string;
  readonly count: number;
  readonly ms: number;
  /** Of the GPU's time. */
  readonly share: number;
  /** Null where the clock is too coarse to tell. */
  readonly gflops: number | null;
  readonly gbytes: number | null;
}

/** Adds dispatches up by kernel, the longest first. The profile has GPU times. */
export function kernelTotals({ gpu, dispatches }: RunProfile): KernelTotal[] {
  const sums = new Map<string, { count: number; ms: number; flops: number; bytes: number }>();
  for (const [i, { start, end }] of gpu!.entries()) {
    const { kernel, flops, bytes } = dispatches[i]!;
    const sum = sums.get(kernel) ?? { count: 0, ms: 0, flops: 0, bytes: 0 };
    sums.set(kernel, {
      count: sum.count + 1,
      ms: sum.ms + end - start,
      flops: sum.flops + flops,
      bytes: sum.bytes + bytes,
    });
  }
  const all = Array.from(sums.values()).reduce((total, { ms }) => total + ms, 0);
  return Array.from(sums, ([kernel, { count, ms, flops, bytes }]) => ({
    kernel,
    count,
    ms,
    share: all > 0 ? ms / all : 0,
    gflops: ms > 0 ? flops / ms / 1e6 : null,
    gbytes: ms > 0 ? bytes / ms / 1e6 : null,
  })).sort((a, b) => b.ms - a.ms);
}

/** Light enough for dark letters, on light pages and on dark ones. */
const COLOURS = ['#66c2a5', '#fc8d62', '#8da0cb', '#e78ac3', '#a6d854', '#ffd92f', '#e5c494', '#80cbe8'];

/** Kernels have colours in the order in which they first run. */
export function kernelColour({ dispatches }: RunProfile, kernel: string): string {
  const kernels = [...new Set(dispatches.map((dispatch) => dispatch.kernel))];
  return COLOURS[kernels.indexOf(kernel) % COLOURS.length]!;
}
