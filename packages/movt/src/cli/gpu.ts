import { createContext, type GpuContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { readTuning } from '@movt/kernels/tuning/file';

/** Opens this runtime's GPU; the caller destroys it. */
export async function openGpu(): Promise<GpuContext> {
  return createContext({ gpu: await platformGpu(), tuning: readTuning });
}

/** Opens this runtime's GPU for the time that `work` takes; whatever it still holds then is freed. */
export async function withGpu<T>(work: (context: GpuContext) => Promise<T>): Promise<T> {
  const context = await openGpu();
  try {
    return await work(context);
  } finally {
    context.destroy();
  }
}
