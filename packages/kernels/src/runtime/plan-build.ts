import { assignArena, type Lifetime } from './arena.ts';
import type { GpuContext } from './context.ts';
import { MovtError } from './errors.ts';
import type { Param } from './kernel.ts';
import type { CompiledKernel } from './pipeline.ts';
import { createRun } from './plan-run.ts';
import {
  ALIGNMENT,
  align,
  type Graph,
  isSlice,
  type Plan,
  type PlanTensor,
  type Slice,
  type Step,
} from './plan-types.ts';

/**
 * Allocates a graph's buffers, binds them, and hands out the plan.
 *
 * It does so under error scopes: WebGPU would otherwise hand out invalid objects, whose runs give zeros without a word.
 */
export async function buildPlan(
  context: GpuContext,
  label: string,
  graph: Graph,
  compiled: readonly CompiledKernel[],
  compileMs: number,
): Promise<Plan> {
  const { device } = context;
  const owned: GPUBuffer[] = [];
  const free = () => {
    for (const buffer of owned) context.destroyBuffer(buffer);
  };
  const allocate: Allocate = (name, bytes, usage) => {
    const buffer = context.createBuffer(`${label} ${name}`, Math.max(bytes, ALIGNMENT), usage);
    owned.push(buffer);
    return buffer;
  };
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let plan: Omit<Plan, 'byteLength'> | undefined;
  let thrown: unknown;
  try {
    plan = assemble(context, label, graph, compiled, compileMs, allocate, free);
  } catch (error) {
    thrown = error;
  }
  // Popped even when assembling threw: scopes are a stack that others use too.
  const scopes = Promise.all([device.popErrorScope(), device.popErrorScope()]);
  const [invalid, outOfMemory] = await context.guard(`building ${label}`, scopes);
  const error = outOfMemory ?? invalid;
  if (plan && !error) return { ...plan, byteLength: owned.reduce((sum, { size }) => sum + size, 0) };
  free();
  if (!error) throw thrown;
  throw new MovtError(outOfMemory ? 'limit_exceeded' : 'gpu_validation', `building ${label}: ${error.message}`);
}

type Allocate = (name: string, bytes: number, usage: GPUBufferUsageFlags) => GPUBuffer;

function assemble(
  context: GpuContext,
  label: string,
  graph: Graph,
  compiled: readonly CompiledKernel[],
  compileMs: number,
  allocate: Allocate,
  free: () => void,
): Omit<Plan, 'byteLength'> {
  const { inputs, outputs, steps } = graph;
  const places = placeTensors(graph, allocate);
  const sliceOf = ({ id, start, length }: PlanTensor): Slice => {
    const { buffer, offset } = places[id];
    return { buffer, offset: offset + start * 4, byteLength: length * 4 };
  };
  const { paramsBuffer, paramsOffsets } = writeParams(context, steps, allocate);
  const bindGroups = steps.map((step, i) => {
    const entries = step.bound.map(({ binding, operand }) => {
      const { buffer, offset, byteLength } = isSlice(operand) ? operand : sliceOf(operand);
      return { binding, resource: { buffer, offset, size: byteLength } };
    });
    if (step.paramsBinding >= 0) {
      const resource = { buffer: paramsBuffer, offset: paramsOffsets[i], size: paramsBytes(step.params) };
      entries.push({ binding: step.paramsBinding, resource });
    }
    return context.createBindGroup({ label: step.info.label, layout: compiled[i].layout, entries });
  });
  const sliced = (tensors: ReadonlyMap<string, PlanTensor>) =>
    new Map([...tensors].map(([name, tensor]) => [name, sliceOf(tensor)]));
  const readBackBytes = [...outputs.values()].reduce((sum, { length }) => sum + length * 4, 0);
  const staging = allocate('read-back', readBackBytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);

  const encode = (pass: GPUComputePassEncoder, first: number, end: number) => {
    for (let i = first; i < end; i++) {
      pass.setPipeline(compiled[i].pipeline);
      pass.setBindGroup(0, bindGroups[i]);
      pass.dispatchWorkgroups(...steps[i].info.workgroups);
    }
  };
  const { run, profile, idle } = createRun(context, label, {
    inputs: sliced(inputs),
    outputs: sliced(outputs),
    staging,
    readBackBytes,
    dispatchLabels: steps.map(({ info }) => info.label),
    encode,
  });
  return {
    dispatches: steps.map(({ info }) => info),
    flops: steps.reduce((sum, { info }) => sum + info.flops, 0),
    macs: steps.reduce((sum, { info }) => sum + info.macs, 0),
    compileMs,
    readBackBytes,
    encode: (pass) => encode(pass, 0, steps.length),
    run,
    profile,
    destroy: () => idle().then(free),
  };
}

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
    const lifetime = lifetimes[tensor.id];
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
        if (other.writes !== writes) lifetimes[operand.id].conflicts.add(other.operand.id);
      }
    }
  }
  const { banks, places } = assignArena(lifetimes);
  const buffers = banks.map((bytes, i) =>
    allocate(`arena ${i}`, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC),
  );
  return places.map(({ bank, offset }) => ({ buffer: buffers[bank], offset }));
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
      const at = paramsOffsets[i] + j * 4;
      if ('u32' in param) view.setUint32(at, param.u32, true);
      else view.setFloat32(at, param.f32, true);
    }
  }
  context.device.queue.writeBuffer(paramsBuffer, 0, view.buffer);
  return { paramsBuffer, paramsOffsets };
}
