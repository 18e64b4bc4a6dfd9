import { MovtError } from '@movt/kernels';
import { Command } from 'commander';
import { addKernelOptions, checkKernelOutputs, type KernelOptions } from '../lab/options.ts';
import { type Bench, type Chosen, chooseKernels, openBench, runKernels } from '../lab/run-kernels.ts';
import { showReport } from '../lab/show-report.ts';
import { createSupervisor, type Supervisor } from '../lab/supervisor.ts';
import { changesOf } from '../lab/watch.ts';
import type { KernelReport } from '../measure/types.ts';

interface OwnKernelOptions extends KernelOptions {
  readonly spec: string;
  readonly beside?: string;
  readonly watch?: boolean;
}

/** `bench kernel`: the same for kernels that are not ours. */
export function kernelCommand(): Command {
  const command = new Command('kernel')
    .description('check and time kernels of your own, as `bench kernels` does: see docs/bring-your-own-kernel.md')
    .argument('<wgsl...>', 'WGSL files, each a kernel')
    .requiredOption('--spec <file>', 'TypeScript or JavaScript module that tells bindings, problems, reference, grid')
    .option(
      '--beside <text>',
      'kernels of movt to measure in the same run: those with this in their line of `bench kernels`',
    )
    .option('--watch', 'measure again whenever a file is saved, and show what has changed');
  return addKernelOptions(command).action(benchKernel);
}

async function benchKernel(wgsl: string[], options: OwnKernelOptions): Promise<void> {
  await checkKernelOutputs(options);
  const { spec, watch = false } = options;
  const supervisor = createSupervisor(options.timeLimit * 1000);
  const measure = createMeasure(supervisor, wgsl, options);
  try {
    await (watch ? measure().catch(tell) : measure());
    if (!watch) return;
    for await (const file of changesOf([...wgsl, spec])) {
      console.error(`\n${file} was saved`);
      await measure().catch(tell);
    }
  } finally {
    supervisor.close();
  }
}

/** Measures and shows; from the second time on with what has changed. Ceilings are measured once, after the files are found to be sound. */
function createMeasure(
  supervisor: Supervisor,
  wgsl: readonly string[],
  { spec, beside, filter, mode, budget, ...outputs }: OwnKernelOptions,
): () => Promise<void> {
  let bench: Bench | undefined;
  let before: KernelReport | undefined;
  return async () => {
    const chosen: Chosen[] = [];
    for (const file of wgsl) {
      chosen.push(...(await chooseKernels(supervisor, { from: 'spec', wgsl: file, spec }, filter)));
    }
    if (beside !== undefined) chosen.push(...(await chooseKernels(supervisor, { from: 'registry' }, beside)));
    bench ??= await openBench(supervisor);
    const report = await runKernels(supervisor, bench, chosen, { mode, budgetMs: budget * 1000 });
    await showReport(report, outputs, before);
    before = report;
  };
}

/** While files are watched, a mistake in one of them is told, and the next save awaited. */
function tell(error: unknown): void {
  if (!(error instanceof MovtError)) throw error;
  console.error(error.message);
}
