import { createContext, type GpuContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { readTuning } from '@movt/kernels/tuning/file';

/** Opens the GPU and says which adapter it is on standard error, with a warning where a CPU stands in for one. */
export async function openContext(): Promise<GpuContext> {
  const context = await createContext({ gpu: await platformGpu(), tuning: readTuning });
  console.error(`adapter: ${context.adapter.name}`);
  if (context.traits.software) console.error('A software adapter: times compare only within this run.');
  return context;
}
