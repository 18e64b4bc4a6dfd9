import type { GpuContext } from '@movt/kernels';
import type { Ceilings } from '../measure/types.ts';
import { measureMemory } from './memory.ts';
import { measurePeak } from './multiply-add.ts';
import { measureWorkgroupMemory } from './workgroup-memory.ts';

/** Measures what the adapter can do at the most: some seconds. */
export async function measureCeilings(context: GpuContext): Promise<Ceilings> {
  const { memory, cache } = await measureMemory(context);
  return {
    f32_gflop_per_s: (await measurePeak(context)) / 1e9,
    f16_gflop_per_s: context.traits.f16 ? (await measurePeak(context, true)) / 1e9 : null,
    memory_gb_per_s: memory / 1e9,
    cache_gb_per_s: cache / 1e9,
    workgroup_gb_per_s: (await measureWorkgroupMemory(context)) / 1e9,
  };
}
