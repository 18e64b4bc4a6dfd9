import { type Command, Option } from 'commander';
import type { CacheMode } from '../measure/types.ts';
import { wholeNumber } from '../options.ts';
import { checkOutput } from '../output.ts';

/** Files that are asked for. */
export interface KernelOutputs {
  readonly json?: string;
  readonly html?: string;
  readonly svg?: string;
}

/** Options of the commands that measure kernels. */
export interface KernelOptions extends KernelOutputs {
  readonly filter: string;
  readonly mode: CacheMode;
  /** Seconds. */
  readonly budget: number;
  /** Seconds. */
  readonly timeLimit: number;
}

export function addKernelOptions(command: Command): Command {
  return command
    .option('--filter <text>', 'only lines with this in the name of the kernel or its problem', '')
    .addOption(
      new Option(
        '--mode <mode>',
        'hot: the same buffers again and again; cold: caches are flushed before each dispatch',
      )
        .choices(['hot', 'cold'])
        .default('hot'),
    )
    .option('--budget <seconds>', 'sampling a kernel stops after so long', wholeNumber(1), 2)
    .option('--time-limit <seconds>', 'a kernel that takes longer, all told, is given up', wholeNumber(1), 120)
    .option('--json <file>', 'write the report; - is standard output')
    .option('--html <file>', 'write a page')
    .option('--svg <file>', 'write the picture of the roofline');
}

/** Refuses files that could not be written in the end. */
export async function checkKernelOutputs({ json, html, svg }: KernelOutputs): Promise<void> {
  for (const path of [json, html, svg]) if (path !== undefined && path !== '-') await checkOutput(path);
}
