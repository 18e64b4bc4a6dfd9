import type { AdapterTraits, Param, Random } from '@movt/kernels';
import type { Tolerance } from '@movt/kernels/testing';

/** One storage buffer; its place in the list is its `@binding` number in group 0, its name that of the WGSL variable. */
export interface SpecBinding<Problem> {
  readonly name: string;
  /** `read` bindings are filled with random numbers; the others with NaN, unless `draw` has their name. */
  readonly access: 'read' | 'read_write';
  /** 'f32' unless told. */
  readonly type?: 'f32' | 'u32' | 'f16';
  /** Sizes along each axis; their product is the number of elements. */
  readonly shape: (problem: Problem) => readonly number[];
}

/** Numbers by name: overrides, or the values of the file's own `override` declarations. */
export type Overrides = Readonly<Record<string, number>>;

/**
 * What `bench kernel MY.wgsl --spec MY.ts` has to know about a kernel that is not ours. Make it the module's default export:
 *
 *     import type { KernelSpec } from '@movt/bench/spec';
 *     export default { … } satisfies KernelSpec<{ m: number; n: number; k: number }>;
 *
 * The entry point of the WGSL is `main`; `#if FLAG`, `#else` and `#endif` are expanded in it.
 */
export interface KernelSpec<Problem extends object> {
  readonly bindings: readonly SpecBinding<Problem>[];
  /** Sizes and flags of each call that is to be checked and timed. */
  readonly problems: readonly Problem[];
  /** Values of a uniform block, 4 bytes each in the order of its struct, at the binding number after the last of `bindings`. */
  readonly params?: (problem: Problem) => readonly Param[];
  /** What `#if` tests. */
  readonly flags?: (problem: Problem, traits: AdapterTraits) => Readonly<Record<string, boolean>>;
  /** Values for `override` declarations; those left out keep what the WGSL says. */
  readonly overrides?: (problem: Problem, traits: AdapterTraits) => Overrides;
  /** The grid, along x, y and z. `overrides` holds those above and, for the others, the numbers in the WGSL: tile sizes, for instance. */
  readonly workgroups: (problem: Problem, overrides: Overrides) => readonly [x: number, y?: number, z?: number];
  /** The right answer in float64: every `read_write` binding by name. `inputs` holds what was drawn. */
  readonly reference: (
    problem: Problem,
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ) => Record<string, ArrayLike<number>>;
  /** Floating-point operations of the answer: 2 a multiply-add, 1 any other. */
  readonly flops: (problem: Problem) => number;
  /** Bytes that must move at the least; left out, every element of every binding counts once. */
  readonly bytes?: (problem: Problem) => number;
  /** |a − b| ≤ atol + rtol·|b|; 1e-5 for both unless told. */
  readonly tolerance?: (problem: Problem) => Tolerance;
  /** Inputs that are not plain normal deviates, by binding. */
  readonly draw?: Readonly<Record<string, (random: Random, problem: Problem) => ArrayLike<number>>>;
}
