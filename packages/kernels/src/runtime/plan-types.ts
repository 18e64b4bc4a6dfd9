import type { Kernel, Param } from './kernel.ts';
import type { CompiledKernel } from './pipeline.ts';
import type { Granularity, PlanProfile } from './plan-profile.ts';

/** Where numbers lie: a range of a buffer that lives outside plans, such as a weight. Bytes. */
export interface Slice {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly byteLength: number;
}

/** A tensor inside a plan; its place in the arena is settled when the plan is built. */
export interface PlanTensor {
  readonly id: number;
  readonly label: string;
  /** Elements of 4 bytes. */
  readonly length: number;
  /** Where a view begins in the tensor whose `id` it shares, in elements. */
  readonly start: number;
}

export type Operand = PlanTensor | Slice;

/** What is known of one dispatch without running it. */
export interface DispatchInfo {
  readonly kernel: string;
  readonly label: string;
  readonly workgroups: readonly [number, number, number];
  readonly flops: number;
  readonly macs: number;
  readonly bytes: number;
}

/** A list of prebuilt dispatches that runs any number of times and creates nothing when it does. */
export interface Plan {
  readonly dispatches: readonly DispatchInfo[];
  /** 2 a multiply-add, 1 any other operation. */
  readonly flops: number;
  /** Multiply-accumulates alone. */
  readonly macs: number;
  /** GPU bytes that this plan holds. */
  readonly byteLength: number;
  /** Milliseconds that compiling its pipelines took. */
  readonly compileMs: number;
  /** Bytes that one run reads back. */
  readonly readBackBytes: number;
  /**
   * Uploads, submits once, reads back once. Calls made together are run one after another.
   * Inputs are keyed by the names given to `input`, outputs by those given to `output`.
   */
  run(inputs: Readonly<Record<string, Float32Array | Uint32Array>>): Promise<Record<string, Float32Array>>;
  /**
   * A run whose stages and passes are timed. It takes its turn among the runs; what it creates on the GPU is gone when it resolves.
   * Where the device has no timestamps, or none to be trusted, there are only the CPU's stages, and a note that says so.
   */
  profile(inputs: Parameters<Plan['run']>[0], granularity: Granularity): Promise<PlanProfile>;
  /** Encodes the dispatches into a pass of the caller's: for plans that are part of a longer submission. */
  encode(pass: GPUComputePassEncoder): void;
  /** Frees its buffers once the runs that were asked for are done. */
  destroy(): Promise<void>;
}

/** Takes down what a plan is to do; see PlanBuilder and listPlan. */
export interface PlanRecorder {
  /** A tensor that the caller fills at each run. */
  input(name: string, length: number): PlanTensor;
  /** A tensor that lives in the arena from its first write to its last read. */
  tensor(label: string, length: number): PlanTensor;
  /** A part of a tensor, seen as one of its own; `start` and `length` in elements, start a multiple of 64. */
  view(tensor: PlanTensor, start: number, length: number): PlanTensor;
  dispatch<Problem>(
    kernel: Kernel<Problem>,
    problem: Problem,
    operands: Readonly<Record<string, Operand>>,
    label?: string,
  ): void;
  /** Marks a tensor to be read back at each run. */
  output(name: string, tensor: PlanTensor): void;
}

export interface PlanBuilder extends PlanRecorder {
  build(): Promise<Plan>;
}

/** One dispatch before it has its bind group. */
export interface Step {
  readonly info: DispatchInfo;
  readonly compiled: Promise<CompiledKernel>;
  readonly bound: readonly { binding: number; operand: Operand; writes: boolean }[];
  readonly params: readonly Param[];
  readonly paramsBinding: number;
}

/** What a builder has collected. */
export interface Graph {
  readonly tensors: readonly PlanTensor[];
  readonly inputs: ReadonlyMap<string, PlanTensor>;
  readonly outputs: ReadonlyMap<string, PlanTensor>;
  readonly steps: readonly Step[];
}

/** WebGPU wants storage and uniform offsets in multiples of 256. */
export const ALIGNMENT = 256;
export const align = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
export const isSlice = (operand: Operand): operand is Slice => 'buffer' in operand;
