import { defineKernel, type GpuContext } from '@movt/kernels';
import { bestRate } from './best-rate.ts';
import source from './workgroup_memory.wgsl';

interface WorkgroupMemoryProblem {
  readonly workgroups: number;
  readonly threads: number;
  readonly rounds: number;
}

/** Vectors of 16 bytes that a thread reads in one round, see the shader. */
const READS = 8;

/** Each thread adds up, round after round, vectors that lie in workgroup memory → y [threads], their elements' sum. */
export const workgroupMemory = defineKernel<WorkgroupMemoryProblem>({
  name: 'workgroup_memory_bandwidth',
  bindings: [{ name: 'y', access: 'read_write', length: ({ workgroups, threads }) => workgroups * threads }],
  params: () => [],
  variant: ({ workgroups, threads, rounds }) => ({
    source,
    overrides: { THREADS: threads, ROUNDS: rounds },
    workgroups: [workgroups, 1, 1],
  }),
  flops: ({ workgroups, threads, rounds }) => workgroups * threads * rounds * READS * 4,
});

/** Bytes a second that threads read from workgroup memory. */
export async function measureWorkgroupMemory(context: GpuContext): Promise<number> {
  const sizes = context.traits.software
    ? { workgroups: 8, rounds: 16, threads: [64] }
    : { workgroups: 4096, rounds: 256, threads: [64, 256] };
  const problems = sizes.threads.map((threads) => ({ ...sizes, threads }));
  const bytesOf = (problem: WorkgroupMemoryProblem) =>
    problem.workgroups * problem.threads * problem.rounds * READS * 16;
  return bestRate(context, workgroupMemory, problems, bytesOf);
}
