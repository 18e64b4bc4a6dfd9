import type { TunedValues } from '@movt/kernels';
import { writeTuning } from '@movt/kernels/tuning/file';
import { Command, Option } from 'commander';
import { problemLabel } from '../measure/labels.ts';
import { openContext } from '../open-context.ts';
import { positive, wholeNumber } from '../options.ts';
import { printTable } from '../table.ts';
import { readProblem, tunableKernel } from '../tune/problem.ts';
import { STRATEGIES, type Strategy } from '../tune/strategies.ts';
import { type Tuning, tune } from '../tune/tune.ts';

interface Options {
  shape?: string;
  problem?: string;
  strategy: Strategy;
  seed: number;
  budget: number;
  top: number;
  margin: number;
  dryRun?: boolean;
  json?: boolean;
}

/** `bench tune`: looks for values with which a kernel is faster here, and stores them for the runtime. */
export function tuneCommand(): Command {
  return new Command('tune')
    .description('look for values with which a kernel is faster on this adapter; the runtime reads what is found')
    .argument('<kernel>', 'a kernel that declares what may be tuned, such as matmul')
    .option('--shape <MxNxK>', 'sizes of a matrix product')
    .option('--problem <json>', 'a problem of any kernel, as it stands in its cases')
    .addOption(new Option('--strategy <strategy>', 'which values to try').choices(STRATEGIES).default('all'))
    .option('--seed <number>', 'of the random order', wholeNumber(0), 1)
    .option('--budget <seconds>', 'for first looks; the fastest are then measured thoroughly', positive, 60)
    .option('--top <count>', 'how many those are', wholeNumber(1), 4)
    .option('--margin <share>', 'differences up to this do not count', positive, 0.03)
    .option('--dry-run', 'store nothing')
    .option('--json', 'print one JSON document on standard output')
    .action(benchTune);
}

async function benchTune(name: string, options: Options): Promise<void> {
  const subject = readProblem(tunableKernel(name), options);
  const context = await openContext();
  const log = (line: string) => console.error(line);
  try {
    const tuning = await tune(context, subject, { ...options, budgetMs: options.budget * 1000, log });
    const { winner } = tuning;
    const stored = winner && !options.dryRun ? await writeTuning(context.adapter, tuning.name, winner) : null;
    if (options.json) console.log(JSON.stringify({ ...tuning, stored }, null, 2));
    else show(tuning, stored);
  } finally {
    context.destroy();
  }
}

function show(tuning: Tuning, stored: string | null): void {
  const { name, adapter, software, finalists, failures, winner, margin } = tuning;
  console.log(`${name} on ${adapter}`);
  console.log(
    `${tuning.combinations} combinations, ${tuning.restricted} not allowed here, ${tuning.looked_at} tried (${tuning.strategy}, seed ${tuning.seed}), ${tuning.hopeless} of them several times as slow`,
  );
  printTable(
    finalists.map(({ values, verdict, ratio, ci95, median_ms, current_ms }) => ({
      values: problemLabel(values),
      verdict,
      ratio: ratio.toFixed(3),
      '95 % interval': ci95.map((end) => end.toFixed(3)).join(' … '),
      ms: median_ms,
      'ms now': current_ms,
    })),
  );
  for (const { values, message } of failures) console.log(`failed: ${problemLabel(values)}: ${message.split('\n')[0]}`);
  console.log(`ratio: time over that of the current choice; differences up to ${margin * 100} % do not count`);
  if (software) console.log('A software adapter: what is best here is best here only.');
  console.log(conclusion(winner, stored));
}

function conclusion(winner: TunedValues | null, stored: string | null): string {
  if (!winner) return 'none is faster than the current choice beyond noise: nothing is stored';
  return `${problemLabel(winner)} is faster${stored ? `; stored in ${stored}` : '; not stored'}`;
}
