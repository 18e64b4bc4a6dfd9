import { join } from 'node:path';
import { badInput, type GpuContext, MovtError } from '@movt/kernels';
import { Argument, Command } from 'commander';
import { commandLine } from 'movt/command-line';
import { createProgress } from 'movt/progress';
import { workspaceRoot } from '../compare/workspace.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber } from '../options.ts';
import { makeMotion12, motion12Folder } from '../pareto/pareto-data.ts';
import { type Recipe, readRecipe } from '../pareto/recipe.ts';
import { STUDIES } from '../studies/index.ts';
import { readStudyClips } from '../studies/inputs.ts';
import { createLaboratory } from '../studies/laboratory.ts';
import type { Study, StudyInputs } from '../studies/study.ts';
import { writeStudy } from '../studies/write-study.ts';
import { readAll, trainAll } from '../study/train-all.ts';
import { inWorkspace, readWorkspace, type Workspace } from '../study/workspace.ts';
import { printTable } from '../table.ts';

interface Options {
  data?: string;
  to?: string;
  work: string;
  output: string;
  recipe: string;
  seeds?: number[];
  reportOnly?: true;
}

/** A longer table, such as one of every clip, is not for people: the files have it. */
const MOST_ROWS = 60;

/** `bench study`: one question about the models, its data and its picture. */
export function studyCommand(): Command {
  const list = Object.entries(STUDIES).map(([name, { description }]) => `  ${name.padEnd(18)} ${description}`);
  return new Command('study')
    .description(
      'train what a study needs, measure, and write its data and picture; models are those of `bench pareto`',
    )
    .addArgument(new Argument('<name>', 'which study').choices(Object.keys(STUDIES)))
    .option('--data <path>', 'what `movt data videos` made, or tracks alone (default: motion-12, rendered first)')
    .option('--to <path>', 'linear-probe: the set whose classes are to be told')
    .requiredOption('--work <folder>', 'keeps data, models and measurements; what is there is not made again')
    .requiredOption('-o, --output <folder>', 'for NAME.json, .csv and .svg')
    .option('--recipe <file>', 'models, settings and sizes', join(workspaceRoot(), 'recipes/pareto.json'))
    .option('--seeds <list>', "1,2,3: in place of the recipe's", (text) => text.split(',').map(wholeNumber(0)))
    .option('--report-only', 'train and measure nothing: the report of what is there')
    .addHelpText('after', `\nStudies:\n${list.join('\n')}`)
    .action(runStudy);
}

async function runStudy(name: string, options: Options): Promise<void> {
  const { to, work, output, reportOnly } = options;
  const study = STUDIES[name];
  if (study.hasTarget !== (to !== undefined || undefined)) {
    const given = to === undefined ? 'no other set' : `--to ${to}`;
    const needed = study.hasTarget ? '--to PATH, the set whose classes are to be told' : 'one set: --data alone';
    throw badInput({ action: `running the study ${name}`, given, needed });
  }
  const stored = await readRecipe(options.recipe);
  const recipe: Recipe = { ...stored, seeds: options.seeds ?? stored.seeds };
  const command = commandLine('bench', ['--report-only']);
  const { inputs, findings, models } = reportOnly
    ? await carryOut(readWorkspace(work), study, options, recipe, command, null)
    : await inWorkspace(work, (workspace) =>
        onGpu((open) => carryOut(workspace, study, options, recipe, command, open)),
      );
  const files = await writeStudy(output, name, findings, { command, inputs, models });
  if (findings.rows.length <= MOST_ROWS) printTable(findings.rows);
  const lines = ['', ...findings.summary, ''];
  console.log([...lines, files.map((file) => join(output, file)).join('\n')].join('\n'));
}

/** @param open the GPU, for what is not there yet; null where all has to be */
async function carryOut(
  workspace: Workspace,
  study: Study,
  { data: given, to }: Options,
  recipe: Recipe,
  command: string,
  open: (() => Promise<GpuContext>) | null,
) {
  const fix = `Make them first: ${command}`;
  if (given === undefined && open) await makeMotion12(workspace, recipe);
  const clips = await readStudyClips(given ?? motion12Folder(workspace)).catch((error) => {
    if (given !== undefined || open || !(error instanceof MovtError)) throw error;
    const action = `reading the results in ${workspace.folder}`;
    throw badInput({ action, given: 'no data and no models', needed: 'those of an earlier call', fix });
  });
  const inputs: StudyInputs = { recipe, clips, target: to === undefined ? null : await readStudyClips(to) };
  const contenders = study.contenders(inputs);
  const requests = contenders.flatMap((contender) => contender.requests);
  const progress = createProgress(process.stderr, 'bench');
  try {
    const models = open
      ? await trainAll(workspace, requests, { context: open, command, progress })
      : await readAll(workspace, requests, fix);
    progress.stage('measuring');
    const findings = await study.findings(inputs, contenders, createLaboratory(workspace, models, open, fix));
    return { inputs, models, findings };
  } finally {
    progress.end();
  }
}

/** Does work that may open the GPU, and closes it. */
async function onGpu<T>(work: (open: () => Promise<GpuContext>) => Promise<T>): Promise<T> {
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
