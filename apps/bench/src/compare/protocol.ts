import type { ErrorCode } from '@movt/kernels';
import type { SampleKind } from '../measure/sampling.ts';
import type { CacheMode, Fingerprint } from '../measure/types.ts';

/** What a measuring process is asked, one thing at a time, and what it answers. */
export interface Protocol {
  /** Opens the GPU. */
  open: { ask: Record<never, never>; answer: Opened };
  /** Makes one row of `open` ready to be sampled, in place of the one before. */
  prepare: { ask: { row: number; mode: CacheMode; kind?: SampleKind }; answer: SampleKind };
  /** Milliseconds a dispatch. */
  sample: { ask: Record<never, never>; answer: number };
  /** What is wrong with the answer that the kernel gives now, or null. */
  verify: { ask: Record<never, never>; answer: string | null };
}

export interface Opened {
  readonly fingerprint: Fingerprint;
  readonly adapter: string;
  readonly software: boolean;
  /** What there is to measure. */
  readonly rows: readonly { readonly kernel: string; readonly problem: string }[];
}

export type Action = keyof Protocol;
export type Ask<A extends Action> = Protocol[A]['ask'];
export type Answer<A extends Action> = Protocol[A]['answer'];

export type Request = { [A in Action]: { readonly action: A } & Ask<A> }[Action];
export type Reply =
  | { readonly answer: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };
