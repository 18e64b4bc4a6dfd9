/** dist/movt-gpu-need.mjs: what the launcher has to know of `--device` before it starts the command. */
import { parseArgs } from 'node:util';
import type { GpuNeed } from '@movt/kernels/platform';

/** Commands that have `--device`. */
const COMMANDS = ['predict', 'eval'];

/**
 * The GPU that a command line of `movt` needs; without a command it prints its help. With `--video` the tracker needs one wherever MovT runs.
 *
 * @param args without `--adapter`
 */
export function gpuNeed(args: readonly string[]): GpuNeed {
  if (!args.length) return 'none';
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { device: { type: 'string', default: 'auto' }, video: { type: 'string' } },
    strict: false,
  });
  if (!COMMANDS.includes(positionals[0]) || values.video !== undefined || values.device === 'gpu') return 'any';
  return values.device === 'auto' ? 'real' : 'none';
}
