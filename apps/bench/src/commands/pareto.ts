import { join } from 'node:path';
import { badInput, type GpuContext, MovtError } from '@movt/kernels';
import { Command } from 'commander';
import { commandLine } from 'movt/command-line';
import { createProgress } from 'movt/progress';
import { workspaceRoot } from '../compare/workspace.ts';
import { commit } from '../measure/commit.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber } from '../options.ts';
import { type Contender, type Experiment, planExperiment, requestsOf } from '../pareto/contenders.ts';
import { fillReport } from '../pareto/fill-report.ts';
import { makeMotion12, motion12Folder, type ParetoData, readParetoData } from '../pareto/pareto-data.ts';
import { type Recipe, readRecipe } from '../pareto/recipe.ts';
import type { ParetoReport } from '../pareto/report.ts';
import { paretoText } from '../pareto/text.ts';
import { measureTimes, readTimes, type Times } from '../pareto/times.ts';
import { writeReport } from '../pareto/write-report.ts';
import { studyPictures } from '../studies/pictures.ts';
import { runKey } from '../study/request.ts';
import { readAll, trainAll } from '../study/train-all.ts';
import type { Trained } from '../study/trained.ts';
import { inWorkspace, readWorkspace, type Workspace } from '../study/workspace.ts';

interface Options {
  data?: string;
  work: string;
  output: string;
  recipe: string;
  seeds?: number[];
  reportOnly?: true;
}

/** `bench pareto`: from videos to the accuracy-compute front of all kinds of models. */
export function paretoCommand(): Command {
  return new Command('pareto')
    .description('train MovT, PixT and VideoMAE on the same videos, combine them, and report accuracy against cost')
    .option('--data <folder>', 'what `movt data videos` made of your videos (default: motion-12, rendered first)')
    .requiredOption('--work <folder>', 'keeps data, models and times; what is there is not made again')
    .requiredOption('-o, --output <folder>', 'for report.json, .csv, .svg and .html')
    .option('--recipe <file>', 'models, settings and sizes', join(workspaceRoot(), 'recipes/pareto.json'))
    .option('--seeds <list>', "1,2,3: in place of the recipe's", (text) => text.split(',').map(wholeNumber(0)))
    .option('--report-only', 'train and time nothing: the report of what is there')
    .action(pareto);
}

async function pareto(options: Options): Promise<void> {
  const { data: given, output, reportOnly } = options;
  const stored = await readRecipe(options.recipe);
  const recipe: Recipe = { ...stored, seeds: options.seeds ?? stored.seeds };
  const command = commandLine('bench', ['--report-only']);
  const results = reportOnly
    ? await readResults(readWorkspace(options.work), given, recipe, command)
    : await inWorkspace(options.work, (workspace) => makeResults(workspace, given, recipe, command));
  const { data, experiment, models, times } = results;
  const report: ParetoReport = {
    ...fillReport({
      ...{ recipe, data, experiment, isMotion12: given === undefined },
      modelsOf: ({ requests }) => requests.map((request) => models.get(runKey(request))!),
      msOf: ({ requests }) => times.ms[runKey(requests[0])],
      circumstances: {
        ...{ commit: commit(), date: new Date().toISOString(), command },
        ...{ fingerprint: times.fingerprint, software: times.software },
      },
    }),
    pictures: await studyPictures(readWorkspace(options.work), { recipe, clips: data, target: null }),
  };
  await writeReport(output, report);
  console.log(paretoText(report));
  console.log(`\n${join(output, 'report.html')} and .json, .csv, .svg`);
}

/** All that a report is computed from. */
interface Stored {
  readonly data: ParetoData;
  readonly experiment: Experiment;
  /** By the key of their run. */
  readonly models: ReadonlyMap<string, Trained>;
  readonly times: Times;
}

async function makeResults(
  workspace: Workspace,
  given: string | undefined,
  recipe: Recipe,
  command: string,
): Promise<Stored> {
  if (given === undefined) await makeMotion12(workspace, recipe);
  const data = await readParetoData(given ?? motion12Folder(workspace));
  const experiment = planExperiment(recipe, data);
  const progress = createProgress(process.stderr, 'bench');
  let context: GpuContext | undefined;
  const open = async () => {
    context ??= await openContext();
    return context;
  };
  try {
    const trained = await trainAll(workspace, requestsOf(experiment), { context: open, command, progress });
    const models = byKey(trained);
    progress.stage('timing the models');
    const times = await measureTimes(await open(), workspace, firstSeeds(experiment, models));
    return { data, experiment, models, times };
  } finally {
    progress.end();
    context?.destroy();
  }
}

/** What an earlier call has made. Throws bad_input where something is missing. */
async function readResults(
  workspace: Workspace,
  given: string | undefined,
  recipe: Recipe,
  command: string,
): Promise<Stored> {
  const fix = `Make them first: ${command}`;
  const folder = given ?? motion12Folder(workspace);
  const data = await readParetoData(folder).catch((error) => {
    if (given !== undefined || !(error instanceof MovtError)) throw error;
    const action = `reading the results in ${workspace.folder}`;
    throw badInput({ action, given: 'no data and no models', needed: 'those of an earlier call', fix });
  });
  const experiment = planExperiment(recipe, data);
  const models = byKey(await readAll(workspace, requestsOf(experiment), fix));
  const times = await readTimes(workspace, firstSeeds(experiment, models));
  if (times) return { data, experiment, models, times };
  const action = `reading the results in ${workspace.folder}`;
  throw badInput({ action, given: 'no times of all models', needed: 'those of an earlier call', fix });
}

const byKey = (models: readonly Trained[]) => new Map(models.map((model) => [runKey(model.request), model]));

/** The models that are timed: seeds do not differ in that, nor does what was trained on fewer clips. */
function firstSeeds({ movt, pixt, videomae }: Experiment, models: ReadonlyMap<string, Trained>): Trained[] {
  const first = ({ requests }: Contender) => models.get(runKey(requests[0]))!;
  return [...movt, pixt, ...videomae].map(first);
}
