import { compulsoryBytes, type GpuContext, MovtError } from '@movt/kernels';
import { problemLabel, variantLabel } from './labels.ts';
import { type PrepareOptions, prepareKernel, type Subject } from './prepare.ts';
import { placeUnderRoof } from './roofline.ts';
import { relativeSpread, summarise } from './statistics.ts';
import type { Ceilings, KernelFailure, KernelRow, Summary } from './types.ts';

/** When to stop: at this spread, or at either bound. */
const TARGET_SPREAD = 0.02;
const LEAST_SAMPLES = 12;
const MOST_SAMPLES = 400;
/** However slow a kernel is, so many samples are taken. */
const BUDGET_SAMPLES = 3;

export interface MeasureOptions extends PrepareOptions {
  readonly ceilings: Ceilings;
  /** Milliseconds to spend on samples. */
  readonly budgetMs: number;
}

/**
 * Measures a kernel on one problem: the answer is checked before the first sample and after the last, and a wrong one gives a failure
 * and no time. Samples are taken until the interval of their median is narrow, the budget is spent, or there are very many.
 */
export async function measureKernel<Problem>(
  context: GpuContext,
  subject: Subject<Problem>,
  options: MeasureOptions,
): Promise<KernelRow | KernelFailure> {
  const { kernel, problem } = subject;
  const { mode, traits = context.traits, ceilings, budgetMs } = options;
  const names = { kernel: kernel.name, problem: problemLabel(problem) };
  try {
    const prepared = await prepareKernel(context, subject, options);
    try {
      const samples_ms: number[] = [];
      let complaint = await prepared.verify();
      if (!complaint) {
        samples_ms.push(...(await takeSamples(prepared.sample, budgetMs)));
        complaint = await prepared.verify();
      }
      if (complaint) return { ...names, reason: 'wrong', message: complaint };
      const variant = kernel.variant(problem, traits);
      const summary = summarise(samples_ms);
      if (summary.median_ms <= 0) return { ...names, reason: 'error', message: noisy(summary) };
      const work = { flop_count: kernel.flops(problem), byte_count: compulsoryBytes(kernel, problem) };
      return {
        ...names,
        variant: variantLabel(variant),
        workgroups: variant.workgroups,
        clock: prepared.clock,
        mode,
        repeats: prepared.repeats,
        samples_ms,
        summary,
        compile_ms: prepared.compileMs,
        ...work,
        ...placeUnderRoof({ ...work, ms: summary.median_ms }, ceilings, mode),
      };
    } finally {
      await prepared.destroy();
    }
  } catch (error) {
    return { ...names, ...describeFailure(error) };
  }
}

/** Samples of the wall clock are differences, which can fall below zero: that is no time. */
const noisy = ({ median_ms, count }: Summary) =>
  `the wall clock's noise drowns it: the median of ${count} samples is ${median_ms.toPrecision(3)} ms. Measure on a quieter machine.`;

/** Takes samples by the stop rule. */
export async function takeSamples(sample: () => Promise<number>, budgetMs: number): Promise<number[]> {
  const samples: number[] = [];
  const end = performance.now() + budgetMs;
  let nextLook = LEAST_SAMPLES;
  while (samples.length < MOST_SAMPLES) {
    samples.push(await sample());
    if (samples.length >= BUDGET_SAMPLES && performance.now() >= end) break;
    if (samples.length < nextLook) continue;
    if (relativeSpread(summarise(samples)) <= TARGET_SPREAD) break;
    // The interval shrinks as the root of the count: looking at every sample would cost more than it saves.
    nextLook = Math.ceil(samples.length * 1.25);
  }
  return samples;
}

function describeFailure(error: unknown): Pick<KernelFailure, 'reason' | 'message'> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof MovtError)) return { reason: 'error', message };
  const reasons = { shader_compile: 'compile', device_lost: 'device_lost' } as const;
  return { reason: reasons[error.code as keyof typeof reasons] ?? 'error', message };
}
