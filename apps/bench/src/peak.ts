import { createPlan, defineKernel, type GpuContext } from '@movt/kernels';
import { median } from './measure/statistics.ts';
import source from './peak.wgsl';

const ROUNDS = 1024;
/** Multiply-adds of one thread in one round. */
const MULTIPLY_ADDS = 8 * 16;

const multiplyAdd = defineKernel<{ workgroups: number; threads: number }>({
  name: 'multiply_add_peak',
  bindings: [
    { name: 'seed', access: 'read', length: () => 2 },
    { name: 'y', access: 'read_write', length: ({ workgroups, threads }) => workgroups * threads },
  ],
  params: () => [],
  variant: ({ workgroups, threads }) => ({
    source,
    overrides: { THREADS: threads, ROUNDS },
    workgroups: [workgroups, 1, 1],
  }),
  flops: ({ workgroups, threads }) => workgroups * threads * ROUNDS * MULTIPLY_ADDS * 2,
});

/** The adapter's f32 multiply-add rate in FLOP/s: the best of what several sizes of the same loop reach, by wall time. */
export async function measurePeak(context: GpuContext): Promise<number> {
  let best = 0;
  const sizes = context.traits.software
    ? [
        { workgroups: 1024, threads: 8 },
        { workgroups: 256, threads: 64 },
      ]
    : [
        { workgroups: 4096, threads: 64 },
        { workgroups: 8192, threads: 256 },
      ];
  for (const { workgroups, threads } of sizes) {
    const builder = createPlan(context, 'peak');
    const seed = builder.input('seed', 2);
    const y = builder.tensor('y', workgroups * threads);
    builder.dispatch(multiplyAdd, { workgroups, threads }, { seed, y });
    const plan = await builder.build();
    const times: number[] = [];
    for (let run = 0; run < 9; run++) {
      const started = performance.now();
      await plan.run({ seed: Float32Array.of(0.999, 0.001) });
      if (run > 0) times.push(performance.now() - started);
    }
    await plan.destroy();
    best = Math.max(best, (plan.flops / median(times)) * 1000);
  }
  return best;
}
