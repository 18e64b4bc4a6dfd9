import { createPlan, defineKernel, type GpuContext } from '@movt/kernels';
import { median } from './median.ts';
import source from './peak.wgsl';

const THREADS = 64;
const ROUNDS = 4096;
/** Multiply-adds of one thread in one round. */
const MULTIPLY_ADDS = 16;

const multiplyAdd = defineKernel<{ workgroups: number }>({
  name: 'multiply_add_peak',
  bindings: [
    { name: 'seed', access: 'read', length: () => 2 },
    { name: 'y', access: 'read_write', length: ({ workgroups }) => workgroups * THREADS },
  ],
  params: () => [],
  variant: ({ workgroups }) => ({ source, overrides: { THREADS, ROUNDS }, workgroups: [workgroups, 1, 1] }),
  flops: ({ workgroups }) => workgroups * THREADS * ROUNDS * MULTIPLY_ADDS * 2,
});

/** The adapter's f32 multiply-add rate in FLOP/s: the best of what several sizes of the same loop reach, by wall time. */
export async function measurePeak(context: GpuContext): Promise<number> {
  let best = 0;
  for (const workgroups of context.traits.software ? [64, 256] : [4096, 16384]) {
    const builder = createPlan(context, 'peak');
    const seed = builder.input('seed', 2);
    const y = builder.tensor('y', workgroups * THREADS);
    builder.dispatch(multiplyAdd, { workgroups }, { seed, y });
    const plan = await builder.build();
    const times: number[] = [];
    for (let run = 0; run < 9; run++) {
      const started = performance.now();
      await plan.run({ seed: Float32Array.of(0.999, 0.001) });
      if (run > 0) times.push(performance.now() - started);
    }
    plan.destroy();
    best = Math.max(best, (plan.flops / median(times)) * 1000);
  }
  return best;
}
