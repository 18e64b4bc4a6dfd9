import type { AdapterTraits } from './context.ts';
import type { Flags } from './preprocess.ts';

export type ElementType = 'f32' | 'u32' | 'f16';

/** One storage buffer of a kernel; its place in the list is its `@binding` number in group 0. */
export interface Binding<Problem> {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  /** 'f32' unless told; u32 holds masks, counts and packed pixels, f16 weights that are stored in half precision. */
  readonly type?: ElementType | ((problem: Problem) => ElementType);
  /** Elements that the kernel touches for this problem; 0 leaves the binding out. */
  readonly length: (problem: Problem) => number;
}

/** A scalar of the uniform block `params`, 4 bytes each, in the order of the WGSL struct. */
export type Param = { readonly u32: number } | { readonly f32: number };

/** How one problem is run on one adapter. */
export interface Variant {
  /** WGSL before preprocessing. */
  readonly source: string;
  readonly flags?: Flags;
  readonly overrides?: Readonly<Record<string, number>>;
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/**
 * A kernel, declared once; plans, tests and the bench read this. Data and pure functions only.
 *
 * `Problem` is the sizes and flags that define one call, such as `{ rows, width }`.
 */
export interface Kernel<Problem> {
  readonly name: string;
  readonly bindings: readonly Binding<Problem>[];
  /** Values of the uniform block; it is bound after the last of `bindings`. Empty: there is no such block. */
  readonly params: (problem: Problem, traits: AdapterTraits) => readonly Param[];
  readonly variant: (problem: Problem, traits: AdapterTraits) => Variant;
  /** Floating-point operations of the answer asked for: 2 a multiply-add, 1 any other; recomputation is not counted. */
  readonly flops: (problem: Problem) => number;
  /**
   * Multiply-accumulates among them: of matrix products, convolutions and weighted sums. Left out, there are none. What is done element by
   * element, such as a norm's scale and shift, is none of them.
   */
  readonly macs?: (problem: Problem) => number;
  /** Numbers of the variant that may be chosen by measuring; left out, there are none. */
  readonly tuning?: Tuning<Problem>;
  /** Bytes that must move at the least; left out, every bound element counts once. See compulsoryBytes. */
  readonly bytes?: (problem: Problem) => number;
}

/** Values of a kernel's tuning parameters, by name. */
export type TunedValues = Readonly<Record<string, number>>;

/** What was found by measuring on an adapter: values for each kernel and key. See tunedName. */
export type TuningTable = Readonly<Record<string, TunedValues>>;

/**
 * How a kernel can be run otherwise than it would by itself. Its `variant` and `params` look into `traits.tuned` under tunedName, and
 * pass over values that are none of these: a table may be older than the kernel.
 */
export interface Tuning<Problem> {
  /** What is chosen for one problem serves every problem of the same key, such as `1x60x256x2048`. */
  readonly key: (problem: Problem) => string;
  /** The values worth trying on an adapter. */
  readonly parameters: (traits: AdapterTraits) => Readonly<Record<string, readonly number[]>>;
  /** Whether values go together, and fit a device of these limits. */
  readonly allows: (values: TunedValues, traits: AdapterTraits, limits: TuningLimits) => boolean;
}

export type TuningLimits = Pick<
  GPUSupportedLimits,
  'maxComputeInvocationsPerWorkgroup' | 'maxComputeWorkgroupStorageSize'
>;

/** Under which name a TuningTable holds the values for a problem. */
export const tunedName = (kernel: string, key: string) => `${kernel} ${key}`;

/** Declares a kernel; only fixes its type. */
export function defineKernel<Problem>(kernel: Kernel<Problem>): Kernel<Problem> {
  return kernel;
}

/** What a binding's elements are for a problem. */
export function elementType<Problem>({ type = 'f32' }: Binding<Problem>, problem: Problem): ElementType {
  return typeof type === 'function' ? type(problem) : type;
}

/** Bytes that a binding spans for a problem. */
export function bindingBytes<Problem>(binding: Binding<Problem>, problem: Problem): number {
  return binding.length(problem) * (elementType(binding, problem) === 'f16' ? 2 : 4);
}

/**
 * Bytes that must move at the least: every bound element once, unless the kernel tells otherwise, because it uses a part of what is
 * bound or has one tensor bound under several names.
 */
export function compulsoryBytes<Problem>(kernel: Kernel<Problem>, problem: Problem): number {
  if (kernel.bytes) return kernel.bytes(problem);
  return kernel.bindings.reduce((sum, binding) => sum + bindingBytes(binding, problem), 0);
}

/**
 * A grid of `count` workgroups within the limit of 65,535 a dimension. The kernel's linear index is
 * `workgroup_id.y * num_workgroups.x + workgroup_id.x`, and it must stop when that reaches `count`.
 */
export function linearGrid(count: number): [number, number, number] {
  const y = Math.ceil(count / 65535);
  return [Math.ceil(count / y), y, 1];
}
