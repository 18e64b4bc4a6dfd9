import { badInput, type GpuContext, type Slice, toHalf } from '@movt/kernels';
import type { MovtConfig } from './config.ts';
import type { Weights } from './init.ts';
import { packParameter } from './pack-parameter.ts';
import { movtParameters } from './parameters.ts';

/** All weights of a model in one buffer: kernels bind a slice of it, or the whole and read at offsets. */
export interface GpuWeights {
  readonly buffer: GPUBuffer;
  /** Elements of the buffer. */
  readonly length: number;
  readonly byteLength: number;
  /** Stored as f16: half the memory and half the traffic, for 11 bits of precision. */
  readonly half: boolean;
  /** Where a parameter begins, in elements. */
  offset(name: string): number;
  slice(name: string): Slice;
  /** Puts other weights of the same model in their place; what was submitted before still reads the old ones. */
  write(weights: Weights): void;
}

/** Elements between the starts of weights: WebGPU binds storage at multiples of 256 bytes, which are 128 halves. */
const ALIGNMENT = 128;

/**
 * Uploads the weights; the caller destroys the buffer through the context.
 * @param half store them as f16
 * @throws MovtError bad_input when f16 is asked of an adapter without shader-f16
 */
export function uploadWeights(context: GpuContext, config: MovtConfig, weights: Weights, half: boolean): GpuWeights {
  if (half && !context.traits.f16) {
    throw badInput({
      action: 'loading weights in half precision',
      given: context.adapter.name,
      needed: 'an adapter with shader-f16',
      fix: 'Load them in single precision, or choose another adapter.',
    });
  }
  const parameters = movtParameters(config);
  const placed = new Map<string, { offset: number; length: number }>();
  let length = 0;
  for (const parameter of parameters) {
    const size = packParameter(parameter, weights.get(parameter.name)!).length;
    placed.set(parameter.name, { offset: length, length: size });
    length += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  const bytes = half ? 2 : 4;
  const buffer = context.createBuffer('weights', length * bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
  const write = (next: Weights) => {
    const packed = new Float32Array(length);
    for (const parameter of parameters) {
      packed.set(packParameter(parameter, next.get(parameter.name)!), placed.get(parameter.name)!.offset);
    }
    context.device.queue.writeBuffer(buffer, 0, half ? (toHalf(packed) as Uint16Array<ArrayBuffer>) : packed);
  };
  write(weights);
  const offset = (name: string) => placed.get(name)!.offset;
  return {
    buffer,
    length,
    byteLength: length * bytes,
    half,
    offset,
    write,
    // A binding spans whole words; what an odd half is followed by is padding of this buffer.
    slice: (name) => ({
      buffer,
      offset: offset(name) * bytes,
      byteLength: Math.ceil((placed.get(name)!.length * bytes) / 4) * 4,
    }),
  };
}
