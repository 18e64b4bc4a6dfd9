import { join } from 'node:path';
import { badInput, type GpuContext, MovtError } from '@movt/kernels';
import type { Command } from 'commander';
import { commandLine } from 'movt/command-line';
import { workspaceRoot } from '../compare/workspace.ts';
import { type Recipe, readRecipe } from '../experiment/recipe.ts';
import { makeMotion12, motion12Folder } from '../experiment/video-data.ts';
import { inWorkspace, readWorkspace, type Workspace } from '../experiment/workspace.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber } from '../options.ts';

/** Options of the commands that train and measure in a workspace. */
export interface ExperimentOptions {
  data?: string;
  work: string;
  output: string;
  recipe: string;
  seeds?: number[];
  reportOnly?: true;
}

/** Opens the GPU when it is first asked for. */
export type OpenGpu = () => Promise<GpuContext>;

/** What such a command works with. */
export interface Setting<Data> {
  readonly workspace: Workspace;
  readonly recipe: Recipe;
  readonly data: Data;
  /** Null where nothing is to be trained or measured. */
  readonly open: OpenGpu | null;
  /** The command that makes what a report lacks, as it is noted and shown. */
  readonly command: string;
  /** The same as a sentence, for messages. */
  readonly fix: string;
}

/** @param files what the output folder will hold, for the help */
export function addExperimentOptions(command: Command, data: string, files: string): Command {
  return command
    .option('--data <path>', `${data} (default: motion-12, rendered first)`)
    .requiredOption('--work <folder>', 'keeps data, models and measurements; what is there is not made again')
    .requiredOption('-o, --output <folder>', files)
    .option('--recipe <file>', 'models, settings and sizes', join(workspaceRoot(), 'recipes/pareto.json'))
    .option('--seeds <list>', "1,2,3: in place of the recipe's", (text) => text.split(',').map(wholeNumber(0)))
    .option('--report-only', 'train and measure nothing: the report of what is there');
}

/**
 * Does a command's work on its data, in its workspace, which no other process may use meanwhile; with `--report-only` it is only read.
 * @param read the data of a folder
 * @throws MovtError bad_input where a report is asked for and there are no data yet
 */
export async function inExperiment<Data, Result>(
  { data: given, work, recipe: path, seeds, reportOnly }: ExperimentOptions,
  read: (folder: string) => Promise<Data>,
  carryOut: (setting: Setting<Data>) => Promise<Result>,
): Promise<Result> {
  const stored = await readRecipe(path);
  const recipe: Recipe = { ...stored, seeds: seeds ?? stored.seeds };
  const command = commandLine('bench', ['--report-only']);
  const fix = `Make them first: ${command}`;
  const common = { recipe, command, fix };
  if (reportOnly) {
    const workspace = readWorkspace(work);
    const data = await read(given ?? motion12Folder(workspace)).catch((error) => {
      if (given !== undefined || !(error instanceof MovtError)) throw error;
      const action = `reading the results in ${work}`;
      throw badInput({ action, given: 'no data and no models', needed: 'those of an earlier call', fix });
    });
    return carryOut({ ...common, workspace, data, open: null });
  }
  return inWorkspace(work, (workspace) =>
    onGpu(async (open) => {
      if (given === undefined) await makeMotion12(workspace, recipe);
      const data = await read(given ?? motion12Folder(workspace));
      return carryOut({ ...common, workspace, data, open });
    }),
  );
}

/** Does work that may open the GPU, and closes it. */
async function onGpu<T>(work: (open: OpenGpu) => Promise<T>): Promise<T> {
  let context: GpuContext | undefined;
  try {
    return await work(async () => {
      context ??= await openContext();
      return context;
    });
  } finally {
    context?.destroy();
  }
}
