import { type AdapterTraits, createPlan, type GpuContext, type Kernel, MovtError, withTraits } from '@movt/kernels';
import {
  type Arrays,
  assertAnswer,
  createKernelBuffers,
  type KernelBuffers,
  type KernelCheck,
  pose,
  type Question,
  type Tolerance,
} from '@movt/kernels/testing';
import { createFlush } from './flush.ts';
import { chooseSampling, type SampleKind, type Sampling } from './sampling.ts';
import { createTimer, type Work } from './timer.ts';
import type { CacheMode } from './types.ts';

/** A kernel on one problem, with what tells whether its answer is right. */
export interface Subject<Problem = unknown> {
  readonly kernel: Kernel<Problem>;
  readonly problem: Problem;
  readonly check: KernelCheck<Problem>;
  readonly tolerance?: Tolerance;
}

export interface PrepareOptions {
  readonly mode: CacheMode;
  /** To run a variant that the adapter would not choose. */
  readonly traits?: AdapterTraits;
  /** What the samples of another kernel were that this one's will be compared with; else that is found out. */
  readonly kind?: SampleKind;
}

/** A kernel on the GPU with its buffers filled, ready to be timed. */
export interface PreparedKernel extends Sampling {
  /** Until the pipeline was there, and what the first run took longer than the second: software adapters compile in it. */
  readonly compileMs: number;
  /** What is wrong with the answer that the kernel gives now, or undefined. */
  verify(): Promise<string | undefined>;
  destroy(): Promise<void>;
}

/** Inputs are the same in every run, so that times are of the same work. */
const SEED = 1;

/** The last question that was posed: candidates that answer the same one are prepared one after another. */
let posed: { key: string; check: KernelCheck<unknown>; question: Question<unknown> } | undefined;

/**
 * Builds a kernel's dispatch, fills its buffers and finds out how to time it. Its answer is not checked yet: call `verify` before
 * believing any time.
 *
 * Dispatches of a sample follow each other in one pass. Where each has to be prepared, it has a pass of its own, and the preparing
 * is not timed: in cold mode caches are flushed, and a kernel that gives another answer when run on its own output gets its buffers
 * back as they were, or its numbers would drift into infinities that may take another time.
 *
 * @throws MovtError `shader_compile`, `gpu_validation`, `limit_exceeded`; DeviceLostError.
 */
export async function prepareKernel<Problem>(
  plainContext: GpuContext,
  subject: Subject<Problem>,
  { mode, traits = plainContext.traits, kind }: PrepareOptions,
): Promise<PreparedKernel> {
  const context = withTraits(plainContext, traits);
  const { kernel, problem } = subject;
  const question = poseOnce(subject);
  const cleanUp: (() => void | Promise<void>)[] = [];
  const destroy = async () => {
    for (const free of cleanUp.splice(0).reverse()) await free();
  };
  try {
    const buffers = createKernelBuffers(context, kernel, problem, question.inputs);
    cleanUp.push(buffers.destroy);
    const builder = createPlan(context, kernel.name);
    builder.dispatch(kernel, problem, buffers.operands);
    const plan = await builder.build();
    cleanUp.push(plan.destroy);

    const runTimed = async () => {
      const started = performance.now();
      await plan.run({});
      return performance.now() - started;
    };
    context.device.pushErrorScope('validation');
    const firstMs = await runTimed();
    const invalid = await context.device.popErrorScope();
    if (invalid) throw new MovtError('gpu_validation', `running ${kernel.name}: ${invalid.message}`);
    const once = await buffers.readOutputs();
    const secondMs = await runTimed();
    const drifts = !sameWords(once, await buffers.readOutputs());

    const before: NonNullable<Work['before']>[] = [];
    if (drifts) {
      buffers.fill();
      const restore = copyOutputs(context, kernel, buffers);
      cleanUp.push(restore.destroy);
      before.push(restore.encode);
    }
    if (mode === 'cold') {
      const flush = await createFlush(context);
      cleanUp.push(flush.destroy);
      before.push(flush.encode);
    }
    const work: Work = {
      dispatch: plan.encode,
      ...(before.length > 0 ? { before: encodeAll(before) } : {}),
    };
    const timer = createTimer(context, work);
    cleanUp.push(timer.destroy);
    const sampling = await chooseSampling(timer, before.length > 0, kind);
    return {
      ...sampling,
      compileMs: plan.compileMs + Math.max(0, firstMs - secondMs),
      async verify() {
        buffers.fill();
        await plan.run({});
        try {
          assertAnswer(subject.check, question, await buffers.readOutputs(), subject.tolerance);
        } catch (error) {
          if (error instanceof MovtError) throw error;
          return (error as Error).message;
        }
        return undefined;
      },
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

const encodeAll = (all: readonly NonNullable<Work['before']>[]) => (encoder: GPUCommandEncoder) => {
  for (const encode of all) encode(encoder);
};

function poseOnce<Problem>({ kernel, problem, check }: Subject<Problem>): Question<Problem> {
  const key = JSON.stringify([kernel.name, problem]);
  if (posed?.key !== key || posed.check.reference !== check.reference || posed.check.draw !== check.draw) {
    posed = {
      key,
      check: check as unknown as KernelCheck<unknown>,
      question: pose(check, problem, SEED) as Question<unknown>,
    };
  }
  return posed.question as Question<Problem>;
}

/** Compares bits: a NaN that stays the same has not drifted. */
function sameWords(a: Arrays, b: Arrays): boolean {
  const words = (values: ArrayLike<number>) => new Uint32Array((values as Float32Array).buffer);
  return Object.keys(a).every((name) => {
    const other = words(b[name]);
    return words(a[name]).every((word, i) => word === other[i]);
  });
}

/** Copies of what is written, as it is now, and the encoding that brings it back. */
function copyOutputs<Problem>(context: GpuContext, kernel: Kernel<Problem>, { operands }: KernelBuffers) {
  const copies = kernel.bindings
    .filter(({ name, access }) => access === 'read_write' && operands[name])
    .map(({ name }) => {
      const { buffer } = operands[name];
      return {
        buffer,
        copy: context.createBuffer(`${name} before`, buffer.size, GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST),
      };
    });
  const encoder = context.device.createCommandEncoder();
  for (const { buffer, copy } of copies) encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  context.device.queue.submit([encoder.finish()]);
  return {
    encode(commands: GPUCommandEncoder) {
      for (const { buffer, copy } of copies) commands.copyBufferToBuffer(copy, 0, buffer, 0, buffer.size);
    },
    destroy() {
      for (const { copy } of copies) context.destroyBuffer(copy);
    },
  };
}
