/** What bench's commands hand to each other and write to files. JSON keys are snake_case; times are milliseconds. */

/** Where times come from: the GPU's own timestamps, or the slope of wall time over repeats. */
export type Clock = 'timestamp' | 'wall';

/** `hot`: the same buffers again and again. `cold`: caches are flushed before each dispatch. */
export type CacheMode = 'hot' | 'cold';

/** Which machine made the numbers; times of two fingerprints are never compared. */
export interface Fingerprint {
  readonly vendor: string;
  readonly architecture: string;
  /** The adapter's name with its driver's version. */
  readonly driver: string;
  /** Version of the npm package `webgpu`, or the runtime's own name and version. */
  readonly dawn: string;
  /** Dawn's switches that bear on speed. */
  readonly toggles: readonly string[];
  /** The processor, where it stands in for a GPU; else empty. */
  readonly cpu: string;
}

/** All samples of one thing, summed up; nothing is left out. */
export interface Summary {
  readonly count: number;
  readonly median_ms: number;
  /** 95 % confidence interval of the median, by bootstrap. */
  readonly ci95_ms: readonly [low: number, high: number];
  readonly p20_ms: number;
  readonly p80_ms: number;
  readonly min_ms: number;
}

/** The most that an adapter was measured to do. Rates in 10⁹ a second; null where the adapter cannot. */
export interface Ceilings {
  readonly f32_gflop_per_s: number;
  readonly f16_gflop_per_s: number | null;
  /** Bytes read, or read and written, of buffers much larger than any cache. */
  readonly memory_gb_per_s: number;
  /** The same of whatever size is fastest: what kernels may reach whose operands stay in caches. */
  readonly cache_gb_per_s: number;
  /** Bytes read from workgroup memory. */
  readonly workgroup_gb_per_s: number;
}

/** What holds a kernel back: the ceiling that it stands under, or neither when it reaches little of both. */
export type Limiter = 'compute' | 'memory' | 'latency';

/** One kernel on one problem, measured. */
export interface KernelRow {
  readonly kernel: string;
  /** Sizes and flags on one line; with `kernel` it names the row. */
  readonly problem: string;
  /** The form that the adapter runs: flags and overrides on one line. */
  readonly variant: string;
  readonly workgroups: readonly [number, number, number];
  readonly clock: Clock;
  readonly mode: CacheMode;
  /** Dispatches in one sample. */
  readonly repeats: number;
  /** Milliseconds a dispatch, in the order of measuring. */
  readonly samples_ms: readonly number[];
  readonly summary: Summary;
  readonly compile_ms: number;
  readonly flop_count: number;
  readonly byte_count: number;
  /** FLOPs a byte. */
  readonly intensity: number;
  readonly gflop_per_s: number;
  readonly gb_per_s: number;
  /** Share of the roof above this intensity. */
  readonly ceiling_share: number;
  readonly limiter: Limiter;
}

/** A kernel that got no row: it was wrong, it did not compile, it hung, or it lost the device. */
export interface KernelFailure {
  readonly kernel: string;
  readonly problem: string;
  readonly reason: 'wrong' | 'compile' | 'timeout' | 'device_lost' | 'error';
  readonly message: string;
}

/** A file that `bench kernels` writes and `bench compare` reads. */
export interface KernelReport {
  readonly format: 'movt-bench-kernels/1';
  readonly commit: string;
  readonly date: string;
  readonly fingerprint: Fingerprint;
  readonly software: boolean;
  readonly ceilings: Ceilings;
  readonly rows: readonly KernelRow[];
  readonly failures: readonly KernelFailure[];
}
