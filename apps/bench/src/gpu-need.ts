/** dist/bench-gpu-need.mjs: what the launcher has to know before it starts the command. */
import type { GpuNeed } from '@movt/kernels/platform';

/** The GPU that a command line of `bench` needs: counting needs none. */
export function gpuNeed([command]: readonly string[]): GpuNeed {
  return command === 'cost' ? 'none' : 'any';
}
