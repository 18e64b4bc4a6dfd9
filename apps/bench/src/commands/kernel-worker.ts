import { Command } from 'commander';
import { serveTasks } from '../lab/worker.ts';

/** `bench kernel-worker`: the process that `bench kernels` measures in; see lab/supervisor.ts. */
export function kernelWorkerCommand(): Command {
  return new Command('kernel-worker').action(serveTasks);
}
