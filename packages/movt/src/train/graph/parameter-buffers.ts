import type { GpuContext, Slice } from '@movt/kernels';
import { elementCount } from '@movt/kernels/safetensors';
import type { Weights } from '../../init.ts';
import type { Network } from '../../model.ts';
import { type DepthRange, type Layout, layoutParameters, type PlacedBlock } from './blocks.ts';

/** What training keeps of every parameter; `sum` is that of the gradients of a step's batches. */
export type Kind = 'weight' | 'gradient' | 'sum' | 'moment1' | 'moment2';

/** What a tape has to know of the parameters. */
export interface ParameterSlices {
  /** A block's range of a buffer. */
  slice(kind: Kind, block: string): Slice;
  /** Whether a block is trained. */
  isTrained(block: string): boolean;
}

/** A model's parameters on the GPU, and what belongs to them: for each kind a flat buffer of one layout, made when it is first wanted, of zeros. */
export interface ParameterBuffers extends ParameterSlices {
  readonly layout: Layout;
  /** All that is trained, as one range, or the part of it that lies at one depth. */
  trained(kind: Kind, part?: DepthRange): Slice;
  /** Copies values by PyTorch's names and orders to the GPU. */
  upload(kind: Kind, values: Weights): void;
  /** Reads values back, by PyTorch's names and orders. */
  download(kind: Kind): Promise<Weights>;
  destroy(): void;
}

/** @param frozen see `layoutParameters` */
export function createParameterBuffers(
  context: GpuContext,
  network: Network,
  frozen: readonly string[],
): ParameterBuffers {
  const layout = layoutParameters(network, frozen);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffers = new Map<Kind, GPUBuffer>();
  const bufferOf = (kind: Kind): GPUBuffer => {
    const buffer = buffers.get(kind) ?? context.createBuffer(`parameters' ${kind}`, layout.length * 4, usage);
    buffers.set(kind, buffer);
    return buffer;
  };
  const places = new Map(layout.blocks.map((block) => [block.name, block]));
  const find = (name: string): PlacedBlock => {
    const block = places.get(name);
    if (!block) throw new Error(`no block ${name}`);
    return block;
  };

  return {
    layout,
    isTrained: (name) => !find(name).frozen,
    slice(kind, name) {
      const { offset, length } = find(name);
      return { buffer: bufferOf(kind), offset: offset * 4, byteLength: length * 4 };
    },
    trained(kind, { offset, length } = { depth: 0, offset: 0, length: layout.trainedLength }) {
      return { buffer: bufferOf(kind), offset: offset * 4, byteLength: length * 4 };
    },
    upload(kind, values) {
      context.device.queue.writeBuffer(bufferOf(kind), 0, pack(layout, values));
    },
    async download(kind) {
      return unpack(layout, network, await readBuffer(context, bufferOf(kind), layout.length * 4));
    },
    destroy() {
      for (const buffer of buffers.values()) context.destroyBuffer(buffer);
    },
  };
}

function pack({ blocks, length }: Layout, values: Weights): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(length);
  for (const { parameter, offset, length: count, source } of blocks) {
    const from = values.get(parameter.name)!;
    for (let i = 0; i < count; i++) {
      const at = source(i);
      if (at >= 0) flat[offset + i] = from[at];
    }
  }
  return flat;
}

function unpack({ blocks }: Layout, { parameters }: Network, flat: Float32Array): Weights {
  const values: Weights = new Map(parameters.map(({ name, shape }) => [name, new Float32Array(elementCount(shape))]));
  for (const { parameter, offset, length: count, source } of blocks) {
    const to = values.get(parameter.name)!;
    for (let i = 0; i < count; i++) {
      const at = source(i);
      if (at >= 0) to[at] = flat[offset + i];
    }
  }
  return values;
}

async function readBuffer(context: GpuContext, buffer: GPUBuffer, byteLength: number): Promise<Float32Array> {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = context.createBuffer(`read-back of ${buffer.label}`, byteLength, usage);
  try {
    const encoder = context.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, byteLength);
    context.device.queue.submit([encoder.finish()]);
    await context.guard(`reading ${buffer.label}`, staging.mapAsync(GPUMapMode.READ));
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    context.destroyBuffer(staging);
  }
}
