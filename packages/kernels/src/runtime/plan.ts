import { assignArena, type Lifetime } from './arena.ts';
import type { GpuContext } from './context.ts';
import { badInput, limitExceeded, MovtError } from './errors.ts';
import { bindingBytes, compulsoryBytes, type Kernel, type Param } from './kernel.ts';
import type { CompiledKernel } from './pipeline.ts';

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
  readonly bytes: number;
}

/** A list of prebuilt dispatches that runs any number of times and creates nothing when it does. */
export interface Plan {
  readonly dispatches: readonly DispatchInfo[];
  /** 2 a multiply-add, 1 any other operation. */
  readonly flops: number;
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
  /** Encodes the dispatches into a pass of the caller's: for plans that are part of a longer submission. */
  encode(pass: GPUComputePassEncoder): void;
  destroy(): void;
}

export interface PlanBuilder {
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
  build(): Promise<Plan>;
}

interface Step {
  readonly info: DispatchInfo;
  readonly compiled: Promise<CompiledKernel>;
  readonly bound: readonly { binding: number; operand: Operand; writes: boolean }[];
  readonly params: readonly Param[];
  readonly paramsBinding: number;
}

/** WebGPU wants storage and uniform offsets in multiples of 256. */
const ALIGNMENT = 256;
const align = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
const isSlice = (operand: Operand): operand is Slice => 'buffer' in operand;

/** Starts a plan: declare inputs and tensors, add dispatches in order, name outputs, build. */
export function createPlan(context: GpuContext, label: string): PlanBuilder {
  const tensors: PlanTensor[] = [];
  const inputs = new Map<string, PlanTensor>();
  const outputs = new Map<string, PlanTensor>();
  const steps: Step[] = [];

  function tensor(tensorLabel: string, length: number): PlanTensor {
    const made = { id: tensors.length, label: tensorLabel, length, start: 0 };
    tensors.push(made);
    return made;
  }

  return {
    tensor,
    input(name, length) {
      const made = tensor(name, length);
      inputs.set(name, made);
      return made;
    },
    view(whole, start, length) {
      if (start % (ALIGNMENT / 4) !== 0 || start + length > whole.length) {
        throw badInput({
          action: `planning ${label}`,
          given: `a view of ${whole.label} at ${start}, of ${length} elements`,
          needed: `a start that 64 divides, and an end within ${whole.length}`,
        });
      }
      return { ...whole, start: whole.start + start, length };
    },
    output(name, made) {
      outputs.set(name, made);
    },
    dispatch(kernel, problem, operands, stepLabel = kernel.name) {
      const variant = kernel.variant(problem, context.traits);
      const params = kernel.params(problem, context.traits);
      const paramsBinding = params.length > 0 ? kernel.bindings.length : -1;
      const bound: { binding: number; operand: Operand; writes: boolean }[] = [];
      for (const [binding, declaration] of kernel.bindings.entries()) {
        const { name, access } = declaration;
        const needed = bindingBytes(declaration, problem);
        if (needed === 0) continue;
        const operand = operands[name];
        const given = operand ? (isSlice(operand) ? operand.byteLength : operand.length * 4) : 0;
        if (!operand || given < needed) {
          throw badInput({
            action: `planning ${stepLabel}`,
            given: `${given} bytes for '${name}'`,
            needed: `${needed}`,
          });
        }
        if (needed > context.limits.maxStorageBufferBindingSize) {
          throw limitExceeded({
            action: `planning ${stepLabel}`,
            given: `${needed} bytes for '${name}'`,
            needed: `at most ${context.limits.maxStorageBufferBindingSize} (maxStorageBufferBindingSize of ${context.adapter.name})`,
            fix: 'Use fewer clips, frames or points at once.',
          });
        }
        bound.push({ binding, operand, writes: access === 'read_write' });
      }
      const most = context.limits.maxComputeWorkgroupsPerDimension;
      if (variant.workgroups.some((count) => count > most)) {
        throw limitExceeded({
          action: `planning ${stepLabel}`,
          given: `${variant.workgroups.join('×')} workgroups`,
          needed: `at most ${most} a dimension (maxComputeWorkgroupsPerDimension of ${context.adapter.name})`,
          fix: 'Use fewer clips, frames or points at once.',
        });
      }
      steps.push({
        info: {
          kernel: kernel.name,
          label: stepLabel,
          workgroups: variant.workgroups,
          flops: kernel.flops(problem),
          bytes: compulsoryBytes(kernel, problem),
        },
        compiled: context.pipelines.get({
          name: kernel.name,
          variant,
          access: bound.map(({ binding }) => [binding, kernel.bindings[binding]!.access]),
          paramsBinding,
        }),
        bound,
        params,
        paramsBinding,
      });
    },
    async build() {
      const started = performance.now();
      const compiled = await context.guard(`compiling ${label}`, Promise.all(steps.map((step) => step.compiled)));
      const compileMs = performance.now() - started;
      return checkedBuild(context, `building ${label}`, () =>
        buildPlan(context, label, { tensors, inputs, outputs, steps }, compiled, compileMs),
      );
    },
  };
}

/** Builds under error scopes: WebGPU would otherwise hand out invalid objects, whose runs give zeros without a word. */
async function checkedBuild(context: GpuContext, action: string, build: () => Plan): Promise<Plan> {
  const { device } = context;
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let plan: Plan | undefined;
  let thrown: unknown;
  try {
    plan = build();
  } catch (error) {
    thrown = error;
  }
  // Popped even when the build threw: scopes are a stack that others use too.
  const scopes = Promise.all([device.popErrorScope(), device.popErrorScope()]);
  const [invalid, outOfMemory] = await context.guard(action, scopes);
  if (!plan) throw thrown;
  const error = outOfMemory ?? invalid;
  if (!error) return plan;
  plan.destroy();
  throw new MovtError(outOfMemory ? 'limit_exceeded' : 'gpu_validation', `${action}: ${error.message}`);
}

interface Graph {
  readonly tensors: readonly PlanTensor[];
  readonly inputs: ReadonlyMap<string, PlanTensor>;
  readonly outputs: ReadonlyMap<string, PlanTensor>;
  readonly steps: readonly Step[];
}

function buildPlan(
  context: GpuContext,
  label: string,
  graph: Graph,
  compiled: CompiledKernel[],
  compileMs: number,
): Plan {
  const { device } = context;
  const { inputs, outputs, steps } = graph;
  const owned: GPUBuffer[] = [];
  const allocate = (name: string, bytes: number, usage: GPUBufferUsageFlags) => {
    const buffer = context.createBuffer(`${label} ${name}`, Math.max(bytes, ALIGNMENT), usage);
    owned.push(buffer);
    return buffer;
  };

  try {
    const places = placeTensors(graph, allocate);
    const sliceOf = ({ id, start, length }: PlanTensor): Slice => {
      const { buffer, offset } = places[id]!;
      return { buffer, offset: offset + start * 4, byteLength: length * 4 };
    };
    const { paramsBuffer, paramsOffsets } = writeParams(context, steps, allocate);
    const bindGroups = steps.map((step, i) => {
      const entries = step.bound.map(({ binding, operand }) => {
        const { buffer, offset, byteLength } = isSlice(operand) ? operand : sliceOf(operand);
        return { binding, resource: { buffer, offset, size: byteLength } };
      });
      if (step.paramsBinding >= 0) {
        const resource = { buffer: paramsBuffer, offset: paramsOffsets[i]!, size: paramsBytes(step.params) };
        entries.push({ binding: step.paramsBinding, resource });
      }
      return context.createBindGroup({ label: step.info.label, layout: compiled[i]!.layout, entries });
    });

    const readBack = [...outputs].map(([name, tensor]) => ({ name, place: sliceOf(tensor), length: tensor.length }));
    const readBackBytes = readBack.reduce((sum, { length }) => sum + length * 4, 0);
    const staging = allocate('read-back', readBackBytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);

    const encode = (pass: GPUComputePassEncoder) => {
      for (const [i, { info }] of steps.entries()) {
        pass.setPipeline(compiled[i]!.pipeline);
        pass.setBindGroup(0, bindGroups[i]!);
        pass.dispatchWorkgroups(...info.workgroups);
      }
    };

    const runOnce = async (values: Readonly<Record<string, Float32Array | Uint32Array>>) => {
      context.assertAlive(`running ${label}`);
      for (const [name, tensor] of inputs) {
        const value = values[name];
        if (value?.length !== tensor.length) {
          throw badInput({
            action: `running ${label}`,
            given: `${value?.length ?? 'no'} values for '${name}'`,
            needed: `${tensor.length}`,
          });
        }
        const { buffer, offset } = places[tensor.id]!;
        device.queue.writeBuffer(buffer, offset, value as Float32Array<ArrayBuffer>);
      }
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(pass);
      pass.end();
      let at = 0;
      for (const { place, length } of readBack) {
        encoder.copyBufferToBuffer(place.buffer, place.offset, staging, at, length * 4);
        at += length * 4;
      }
      device.queue.submit([encoder.finish()]);
      const submitted = performance.now();
      if (context.traits.software) await leaveTheProcessorAlone(shortestRunMs);
      if (readBackBytes === 0) {
        // Nothing to map: mapping no bytes would not wait for the work.
        await context.guard(`running ${label}`, device.queue.onSubmittedWorkDone());
        return {};
      }
      await context.guard(`running ${label}`, staging.mapAsync(GPUMapMode.READ, 0, readBackBytes));
      // The first run is no measure: software adapters compile in it.
      if (hasRun) shortestRunMs = Math.min(shortestRunMs || Infinity, performance.now() - submitted);
      hasRun = true;
      const bytes = staging.getMappedRange(0, readBackBytes).slice(0);
      staging.unmap();
      const results: Record<string, Float32Array> = {};
      at = 0;
      for (const { name, length } of readBack) {
        results[name] = new Float32Array(bytes, at, length);
        at += length * 4;
      }
      return results;
    };

    let hasRun = false;
    let shortestRunMs = 0;
    let last: Promise<unknown> = Promise.resolve();
    return {
      dispatches: steps.map(({ info }) => info),
      flops: steps.reduce((sum, { info }) => sum + info.flops, 0),
      byteLength: owned.reduce((sum, { size }) => sum + size, 0),
      compileMs,
      readBackBytes,
      encode,
      run(values) {
        const next = last.then(
          () => runOnce(values),
          () => runOnce(values),
        );
        last = next;
        return next;
      },
      destroy() {
        for (const buffer of owned) context.destroyBuffer(buffer);
      },
    };
  } catch (error) {
    for (const buffer of owned) context.destroyBuffer(buffer);
    throw error;
  }
}

/**
 * While a map is pending, Dawn for Node spins on a whole core, which a software adapter needs for the work itself. So sleep through
 * most of the shortest time that this plan has taken before asking.
 */
async function leaveTheProcessorAlone(shortestRunMs: number): Promise<void> {
  const ms = Math.floor(shortestRunMs * 0.8);
  if (ms > 4) await new Promise((resolve) => setTimeout(resolve, ms));
}

type Allocate = (name: string, bytes: number, usage: GPUBufferUsageFlags) => GPUBuffer;

/** Gives every tensor its range: lifetimes in, arena banks out. */
function placeTensors(
  { tensors, inputs, outputs, steps }: Graph,
  allocate: Allocate,
): { buffer: GPUBuffer; offset: number }[] {
  const lifetimes: Lifetime[] = tensors.map((tensor) => ({
    bytes: align(tensor.length * 4),
    first: steps.length,
    last: -1,
    conflicts: new Set(),
  }));
  const live = (tensor: PlanTensor, step: number) => {
    const lifetime = lifetimes[tensor.id]!;
    lifetime.first = Math.min(lifetime.first, step);
    lifetime.last = Math.max(lifetime.last, step);
  };
  for (const tensor of inputs.values()) live(tensor, -1);
  for (const tensor of outputs.values()) live(tensor, steps.length);
  for (const [index, { bound }] of steps.entries()) {
    const used = bound.flatMap(({ operand, writes }) => (isSlice(operand) ? [] : [{ operand, writes }]));
    for (const { operand, writes } of used) {
      live(operand, index);
      // A buffer cannot be read-only and writable in one dispatch, so those two must lie in different banks.
      for (const other of used) {
        if (other.writes !== writes) lifetimes[operand.id]!.conflicts.add(other.operand.id);
      }
    }
  }
  const { banks, places } = assignArena(lifetimes);
  const buffers = banks.map((bytes, i) =>
    allocate(`arena ${i}`, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC),
  );
  return places.map(({ bank, offset }) => ({ buffer: buffers[bank]!, offset }));
}

/** A uniform binding is sized in whole vec4s. */
const paramsBytes = (params: readonly Param[]) => Math.ceil(params.length / 4) * 16;

function writeParams(context: GpuContext, steps: readonly Step[], allocate: Allocate) {
  const paramsOffsets: number[] = [];
  let total = 0;
  for (const { params } of steps) {
    paramsOffsets.push(total);
    total += align(paramsBytes(params));
  }
  const paramsBuffer = allocate('params', total, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const view = new DataView(new ArrayBuffer(Math.max(total, ALIGNMENT)));
  for (const [i, { params }] of steps.entries()) {
    for (const [j, param] of params.entries()) {
      const at = paramsOffsets[i]! + j * 4;
      if ('u32' in param) view.setUint32(at, param.u32, true);
      else view.setFloat32(at, param.f32, true);
    }
  }
  context.device.queue.writeBuffer(paramsBuffer, 0, view.buffer);
  return { paramsBuffer, paramsOffsets };
}
