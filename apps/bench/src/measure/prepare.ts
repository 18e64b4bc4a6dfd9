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
import { clockStep, distrust } from './clock.ts';
import { createFlush } from './flush.ts';
import { createTimer, MOST_PASSES, stampedMs, type Timer, type Timing, type Work } from './timer.ts';
import type { CacheMode, Clock } from './types.ts';

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
  /** How another was timed that this one will be compared with; else that is found out. */
  readonly timing?: Pick<PreparedKernel, 'clock' | 'repeats'>;
}

/** A kernel on the GPU with its buffers filled, ready to be timed. */
export interface PreparedKernel {
  readonly clock: Clock;
  /** Why timestamps were not used, on the wall clock. */
  readonly distrusted: string | undefined;
  /** Dispatches in one sample. */
  readonly repeats: number;
  /** Until the pipeline was there, and what the first run took longer than the second: software adapters compile in it. */
  readonly compileMs: number;
  /** Milliseconds a dispatch. */
  sample(): Promise<number>;
  /** What is wrong with the answer that the kernel gives now, or undefined. */
  verify(): Promise<string | undefined>;
  destroy(): Promise<void>;
}

/** Inputs are the same in every run, so that times are of the same work. */
const SEED = 1;

/** A sample is at least this long, far above what a pass or a submission adds to it. */
const LONG_STAMP_MS = 2;
const LONG_WALL_MS = 10;
/** And this many ticks of the GPU's clock. */
const LONG_TICKS = 1000;
const MOST_REPEATS = 4096;

/** The last question that was posed: candidates that answer the same one are prepared one after another. */
let posed: { key: string; reference: unknown; question: Question<unknown> } | undefined;

/**
 * Builds a kernel's dispatch, fills its buffers and finds out how to time it. Its answer is not checked yet: call `verify` before
 * believing any time.
 *
 * Dispatches of a sample follow each other in one pass. Where each has to be prepared, it has a pass of its own, and the preparing
 * is not timed: in cold mode caches are flushed, and a kernel that gives another answer when run on its own output gets its buffers
 * back as they were, or its numbers would drift into infinities that may take another time.
 *
 * On the wall clock a sample is a difference of two submissions, with twice the dispatches or with the preparing alone, so what
 * any submission costs cancels.
 *
 * @throws MovtError `shader_compile`, `gpu_validation`, `limit_exceeded`; DeviceLostError.
 */
export async function prepareKernel<Problem>(
  plainContext: GpuContext,
  subject: Subject<Problem>,
  { mode, traits = plainContext.traits, timing }: PrepareOptions,
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
    const { clock, distrusted, repeats } = timing
      ? { ...timing, distrusted: undefined }
      : await tryOut(timer, before.length > 0);
    return {
      clock,
      distrusted,
      repeats,
      compileMs: plan.compileMs + Math.max(0, firstMs - secondMs),
      sample:
        clock === 'timestamp'
          ? () => sampleByStamps(timer, repeats)
          : () => sampleByWall(timer, repeats, before.length > 0),
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
  if (posed?.key !== key || posed.reference !== check.reference) {
    posed = { key, reference: check.reference, question: pose(check, problem, SEED) as Question<unknown> };
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

/** Doubles the dispatches of a submission until it is long enough, and judges the timestamps that come up on the way. */
async function tryOut(timer: Timer, apart: boolean) {
  const timings: Timing[] = [];
  let repeats = 1;
  for (;;) {
    // Two, since the first may find processor or caches busy, and since a single pair of timestamps shows no grid.
    const pair = [await timer.run(repeats), await timer.run(repeats)];
    timings.push(...pair);
    const distrusted = distrust(timings, apart);
    const clock: Clock = distrusted ? 'wall' : 'timestamp';
    const wallMs = Math.min(...pair.map((timing) => timing.wallMs));
    const stampMs = Math.min(...pair.map(({ stamps }) => stampedMs(stamps)));
    const tickMs = Number(clockStep(timings.flatMap(({ stamps }) => stamps))) / 1e6;
    // Dispatches with timestamps of their own are no better measured together than one by one.
    const longEnough = distrusted
      ? wallMs >= LONG_WALL_MS
      : stampMs >= Math.max(apart ? 0 : LONG_STAMP_MS, LONG_TICKS * tickMs);
    if (longEnough || 2 * repeats > (apart ? MOST_PASSES : MOST_REPEATS)) return { clock, distrusted, repeats };
    repeats *= 2;
  }
}

async function sampleByStamps(timer: Timer, repeats: number): Promise<number> {
  const { stamps } = await timer.run(repeats);
  return stampedMs(stamps) / repeats;
}

async function sampleByWall(timer: Timer, repeats: number, apart: boolean): Promise<number> {
  const few = apart ? await timer.run(repeats, true) : await timer.run(repeats);
  const many = await timer.run(apart ? repeats : 2 * repeats);
  return (many.wallMs - few.wallMs) / repeats;
}
