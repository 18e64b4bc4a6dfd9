import type { CacheMode, Ceilings, Fingerprint, KernelFailure, KernelRow } from '../measure/types.ts';

/** Where kernels come from: ours, or a WGSL file with its spec. */
export type KernelSource =
  | { readonly from: 'registry' }
  | { readonly from: 'spec'; readonly wgsl: string; readonly spec: string };

/** A kernel on a problem, in words. */
export interface KernelName {
  readonly kernel: string;
  readonly problem: string;
}

export interface AdapterAnswer {
  readonly adapter: string;
  readonly software: boolean;
  readonly fingerprint: Fingerprint;
}

/** What the measuring process is asked, and what it answers: [question, answer]. */
export interface Tasks {
  adapter: [undefined, AdapterAnswer];
  ceilings: [undefined, Ceilings];
  /** What there is to measure; `index` in `measure` is the place in this list. A kernel that is not ours is compiled, too. */
  list: [{ readonly source: KernelSource }, readonly KernelName[]];
  measure: [
    {
      readonly source: KernelSource;
      readonly index: number;
      readonly mode: CacheMode;
      readonly budgetMs: number;
      readonly ceilings: Ceilings;
    },
    KernelRow | KernelFailure,
  ];
}

export type TaskName = keyof Tasks;

export interface Question<Name extends TaskName = TaskName> {
  readonly name: Name;
  readonly task: Tasks[Name][0];
}

/** `error` is a MovtError's code and message, or a message alone. */
export type Reply =
  | { readonly answer: unknown }
  | { readonly error: { readonly code?: string; readonly message: string } };
