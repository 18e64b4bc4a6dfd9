import { createContext, type GpuContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { readTuning } from '@movt/kernels/tuning/file';

/** Opens this runtime's GPU for the time that `work` takes; whatever it still holds then is freed. */
export async function withGpu<T>(work: (context: GpuContext) => Promise<T>): Promise<T> {
  const context = await createContext({ gpu: await platformGpu(), tuning: readTuning });
  try {
    return await work(context);
  } finally {
    context.destroy();
  }
}
