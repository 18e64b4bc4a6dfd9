/** dist/bench-gpu-need.mjs: what the launcher has to know before it starts the command. */
import type { GpuNeed } from '@movt/kernels/platform';

/** The GPU that a command line of `bench` needs: counting needs none, nor does a report of what is there, nor help. */
export function gpuNeed(args: readonly string[]): GpuNeed {
  return !args.length || args[0] === 'cost' || args.includes('--report-only') ? 'none' : 'any';
}
