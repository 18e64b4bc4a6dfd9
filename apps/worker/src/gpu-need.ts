/** dist/worker-gpu-need.mjs: what the launcher has to know before it starts the worker. */
import type { GpuNeed } from '@movt/kernels/platform';

/** Without arguments the worker serves, for which any adapter will do; with arguments it prints. */
export function gpuNeed(args: readonly string[]): GpuNeed {
  return args.length ? 'none' : 'any';
}
