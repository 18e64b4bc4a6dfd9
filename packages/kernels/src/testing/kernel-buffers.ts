import type { GpuContext } from '../runtime/context.ts';
import { toHalf } from '../runtime/float16.ts';
import { bindingBytes, type ElementType, elementType, type Kernel } from '../runtime/kernel.ts';
import type { Slice } from '../runtime/plan-types.ts';
import type { Arrays } from './check-kernel.ts';

/** Words before and after each output that must stay as they were; 64 keep WebGPU's 256-byte alignment. */
const GUARD = 64;
const GUARD_WORD = 0xdeadbeef;

/** Buffers for every binding of a kernel, with guard words round them. */
export interface KernelBuffers {
  /** What a plan binds: the part between the guard words. */
  readonly operands: Readonly<Record<string, Slice>>;
  /** Writes the inputs, and NaN where there are none, so that an element never written shows. Done once already. */
  fill(): void;
  /** Every `read_write` binding. Throws where the kernel wrote outside one. */
  readOutputs(): Promise<Arrays>;
  destroy(): void;
}

/** Makes and fills a buffer for each binding that the problem uses. */
export function createKernelBuffers<Problem>(
  context: GpuContext,
  kernel: Kernel<Problem>,
  problem: Problem,
  inputs: Readonly<Record<string, Float32Array | Uint32Array>>,
): KernelBuffers {
  const used = kernel.bindings
    .map((binding) => {
      const count = Math.ceil(bindingBytes(binding, problem) / 4);
      return { ...binding, element: elementType(binding, problem), count };
    })
    .filter(({ count }) => count > 0);
  const operands: Record<string, Slice> = {};
  for (const { name, count } of used) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const buffer = context.createBuffer(name, (count + 2 * GUARD) * 4, usage);
    operands[name] = { buffer, offset: GUARD * 4, byteLength: count * 4 };
  }

  const fill = () => {
    for (const { name, access, element, count } of used) {
      const words = new Uint32Array(count + 2 * GUARD).fill(access === 'read' ? 0x7fc00000 : GUARD_WORD);
      const body = inputs[name];
      if (body) new Uint8Array(words.buffer).set(storedBytes(body, element), GUARD * 4);
      else words.fill(0x7fc00000, GUARD, GUARD + count);
      context.device.queue.writeBuffer(operands[name].buffer, 0, words);
    }
  };

  fill();
  return {
    operands,
    fill,
    async readOutputs() {
      const outputs: Arrays = {};
      for (const { name, access, element, count } of used) {
        if (access === 'read') continue;
        const words = await readWords(context, operands[name].buffer);
        for (const index of [...Array(GUARD).keys()].flatMap((i) => [i, GUARD + count + i])) {
          if (words[index] !== GUARD_WORD)
            throw new Error(`${kernel.name}.${name}: wrote outside its buffer, at element ${index - GUARD}`);
        }
        const body = words.slice(GUARD, GUARD + count);
        outputs[name] = element === 'u32' ? body : new Float32Array(body.buffer);
      }
      return outputs;
    },
    destroy() {
      for (const { buffer } of Object.values(operands)) context.destroyBuffer(buffer);
    },
  };
}

function storedBytes(values: Float32Array | Uint32Array, type: ElementType): Uint8Array {
  const { buffer, byteOffset, byteLength } = type === 'f16' ? toHalf(values) : values;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function readWords(context: GpuContext, source: GPUBuffer): Promise<Uint32Array> {
  const staging = context.createBuffer('read-back', source.size, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const encoder = context.device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
  context.device.queue.submit([encoder.finish()]);
  await context.guard('reading results', staging.mapAsync(GPUMapMode.READ));
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  context.destroyBuffer(staging);
  return words;
}
