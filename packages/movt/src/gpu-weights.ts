import type { GpuContext, Slice } from '@movt/kernels';
import { elementCount } from '@movt/kernels/safetensors';
import type { MovtConfig } from './config.ts';
import type { Weights } from './init.ts';
import { movtParameters } from './parameters.ts';

/** All weights of a model in one buffer: kernels bind a slice of it, or the whole and read at offsets. */
export interface GpuWeights {
  readonly buffer: GPUBuffer;
  /** Elements of the buffer. */
  readonly length: number;
  /** Where a parameter begins, in elements. */
  offset(name: string): number;
  slice(name: string): Slice;
}

/** WebGPU binds storage at multiples of 256 bytes. */
const ALIGNMENT = 64;

/** Uploads the weights; the caller destroys the buffer through the context. */
export function uploadWeights(context: GpuContext, config: MovtConfig, weights: Weights): GpuWeights {
  const offsets = new Map<string, number>();
  let length = 0;
  for (const { name, shape } of movtParameters(config)) {
    offsets.set(name, length);
    length += Math.ceil(elementCount(shape) / ALIGNMENT) * ALIGNMENT;
  }
  const buffer = context.createBuffer('weights', length * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
  for (const [name, offset] of offsets) {
    context.device.queue.writeBuffer(buffer, offset * 4, weights.get(name) as Float32Array<ArrayBuffer>);
  }
  const offset = (name: string) => offsets.get(name)!;
  return {
    buffer,
    length,
    offset,
    slice: (name) => ({ buffer, offset: offset(name) * 4, byteLength: weights.get(name)!.byteLength }),
  };
}
