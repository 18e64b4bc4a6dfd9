import { defineKernel, type GpuContext, linearGrid } from '@movt/kernels';
import { createFlush } from '../measure/flush.ts';
import { bestRate, type RateOptions } from './best-rate.ts';
import source from './memory.wgsl';

interface MemoryProblem {
  /** Elements of x, a multiple of 4. */
  readonly length: number;
  /** Elements of x that one thread goes through. */
  readonly perThread: number;
  /** y is a copy of x; else y is a sum for each thread. */
  readonly copy: boolean;
}

const WORKGROUP_SIZE = 64;
const groupsOf = ({ length, perThread }: MemoryProblem) => Math.ceil(length / perThread / WORKGROUP_SIZE);

/** Goes through x [length] once, in vec4s, neighbours by neighbouring threads. */
export const memory = defineKernel<MemoryProblem>({
  name: 'memory_bandwidth',
  bindings: [
    { name: 'x', access: 'read', length: ({ length }) => length },
    {
      name: 'y',
      access: 'read_write',
      length: (problem) => (problem.copy ? problem.length : 4 * WORKGROUP_SIZE * groupsOf(problem)),
    },
  ],
  params: ({ length, perThread }) => [{ u32: length / 4 }, { u32: perThread / 4 }],
  variant: (problem) => ({
    source,
    flags: { COPY: problem.copy },
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(groupsOf(problem)),
  }),
  flops: () => 0,
});

const MIB = 2 ** 20;
/** Far beyond any cache; processors that stand in for a GPU have smaller ones, and are slow. */
const LARGE = { gpu: 256 * MIB, software: 128 * MIB };
const SMALL = [MIB / 8, MIB, 8 * MIB];
/** Small enough for a short dispatch, after which caches may still hold what it wrote: so do those of kernels, in cold mode. */
const COLD = [2 * MIB];

/** Bytes moved a second from memory, by a long dispatch or a short one, and from wherever it is fastest. */
export async function measureMemory(context: GpuContext): Promise<{ memory: number; cache: number }> {
  const { maxStorageBufferBindingSize, maxBufferSize } = context.limits;
  const most = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / MIB) * MIB;
  const rate = (sizes: readonly number[], before?: RateOptions['before']) => {
    const problems = sizes.flatMap((bytes) =>
      [true, false].map((copy) => ({ length: bytes / 4, perThread: 64, copy })),
    );
    const bytesOf = (problem: MemoryProblem) =>
      4 * memory.bindings.reduce((sum, { length }) => sum + length(problem), 0);
    return bestRate(context, memory, problems, bytesOf, before ? { before } : {});
  };
  const long = await rate([Math.min(LARGE[context.traits.software ? 'software' : 'gpu'], most)]);
  const flush = await createFlush(context);
  const short = await rate(COLD, flush.encode);
  await flush.destroy();
  const fromMemory = Math.max(long, short);
  return { memory: fromMemory, cache: Math.max(fromMemory, await rate(SMALL)) };
}
