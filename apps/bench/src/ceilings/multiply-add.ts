import { defineKernel, type GpuContext } from '@movt/kernels';
import { bestRate } from './best-rate.ts';
import source from './multiply_add.wgsl';

/** Multiply-adds to each sum in one round: see the shader. */
const TURNS = 32;

interface MultiplyAddProblem {
  readonly workgroups: number;
  readonly threads: number;
  readonly rounds: number;
  readonly half: boolean;
  /** Sums of a thread. */
  readonly sums: 8 | 12 | 16;
}

/** Sums that are multiplied by seed[0] and moved by seed[1], over and over → the last of them, added up, y [threads]. */
export const multiplyAdd = defineKernel<MultiplyAddProblem>({
  name: 'multiply_add_peak',
  bindings: [
    { name: 'seed', access: 'read', length: () => 2 },
    { name: 'y', access: 'read_write', length: ({ workgroups, threads }) => workgroups * threads },
  ],
  params: () => [],
  variant: ({ workgroups, threads, rounds, half, sums }) => ({
    source,
    flags: { HALF: half, SUMS_12: sums >= 12, SUMS_16: sums === 16 },
    overrides: { THREADS: threads, ROUNDS: rounds },
    workgroups: [workgroups, 1, 1],
  }),
  flops: ({ workgroups, threads, rounds, sums }) => workgroups * threads * rounds * TURNS * sums * 2,
});

/** The adapter's multiply-add rate in FLOP/s: the best of what several shapes of the same loop reach. */
export async function measurePeak(context: GpuContext, half = false): Promise<number> {
  const sizes = context.traits.software
    ? [
        { workgroups: 256, threads: 8, rounds: 256 },
        { workgroups: 32, threads: 64, rounds: 256 },
      ]
    : [
        { workgroups: 4096, threads: 64, rounds: 64 },
        { workgroups: 8192, threads: 256, rounds: 64 },
      ];
  const problems = sizes.flatMap((size) => ([8, 12, 16] as const).map((sums) => ({ ...size, half, sums })));
  return bestRate(context, multiplyAdd, problems, multiplyAdd.flops, {
    inputs: { seed: Float32Array.of(0.999, 0.001) },
  });
}
