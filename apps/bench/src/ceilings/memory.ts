import { defineKernel, type GpuContext, linearGrid } from '@movt/kernels';
import { bestRate } from './best-rate.ts';
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

/** Bytes moved a second, from memory and from wherever it is fastest. */
export async function measureMemory(context: GpuContext): Promise<{ memory: number; cache: number }> {
  const { maxStorageBufferBindingSize, maxBufferSize } = context.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const rate = (sizes: readonly number[]) => {
    const problems = sizes.flatMap((bytes) =>
      [true, false].map((copy) => ({ length: bytes / 4, perThread: 64, copy })),
    );
    const bytesOf = (problem: MemoryProblem) =>
      4 * memory.bindings.reduce((sum, { length }) => sum + length(problem), 0);
    return bestRate(context, memory, problems, bytesOf);
  };
  const large = await rate([
    Math.min(LARGE[context.traits.software ? 'software' : 'gpu'], Math.floor(most / MIB) * MIB),
  ]);
  return { memory: large, cache: Math.max(large, await rate(SMALL)) };
}
