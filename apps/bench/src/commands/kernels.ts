import { Command } from 'commander';
import { addKernelOptions, checkKernelOutputs, type KernelOptions } from '../lab/options.ts';
import { chooseKernels, openBench, runKernels } from '../lab/run-kernels.ts';
import { showReport } from '../lab/show-report.ts';
import { createSupervisor } from '../lab/supervisor.ts';

/** `bench kernels`: every kernel of the registry, checked, timed, and held against the adapter's ceilings. */
export function kernelsCommand(): Command {
  const command = new Command('kernels').description(
    'check and time every kernel; a line for each: median with its interval, rates, share of the roof, what holds it back',
  );
  return addKernelOptions(command).action(benchKernels);
}

async function benchKernels(options: KernelOptions): Promise<void> {
  await checkKernelOutputs(options);
  const supervisor = createSupervisor(options.timeLimit * 1000);
  try {
    const chosen = await chooseKernels(supervisor, { from: 'registry' }, options.filter);
    const bench = await openBench(supervisor);
    const report = await runKernels(supervisor, bench, chosen, {
      mode: options.mode,
      budgetMs: options.budget * 1000,
    });
    await showReport(report, options);
  } finally {
    supervisor.close();
  }
}
