import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { Argument, Command } from 'commander';
import { createProgress } from 'movt/progress';
import { readAll, trainAll } from '../experiment/train-all.ts';
import { STUDIES } from '../studies/index.ts';
import { readStudyClips, type StudyClips } from '../studies/inputs.ts';
import { createLaboratory } from '../studies/laboratory.ts';
import type { Study, StudyInputs } from '../studies/study.ts';
import { writeStudy } from '../studies/write-study.ts';
import { printTable } from '../table.ts';
import { addExperimentOptions, type ExperimentOptions, inExperiment, type Setting } from './experiment.ts';

interface Options extends ExperimentOptions {
  to?: string;
}

/** A longer table, such as one of every clip, is not for people: the files have it. */
const MOST_ROWS = 60;

/** `bench study`: one question about the models, its data and its picture. */
export function studyCommand(): Command {
  const list = Object.entries(STUDIES).map(([name, { description }]) => `  ${name.padEnd(18)} ${description}`);
  const command = new Command('study')
    .description(
      'train what a study needs, measure, and write its data and picture; models are those of `bench pareto`',
    )
    .addArgument(new Argument('<name>', 'which study').choices(Object.keys(STUDIES)))
    .option('--to <path>', 'linear-probe: the set whose classes are to be told')
    .addHelpText('after', `\nStudies:\n${list.join('\n')}`);
  const data = 'what `movt data videos` made, or tracks alone';
  return addExperimentOptions(command, data, 'for NAME.json, .csv and .svg').action(runStudy);
}

async function runStudy(name: string, options: Options): Promise<void> {
  const { to, output } = options;
  const study = STUDIES[name];
  const isBetweenTwo = study.hasTarget === true;
  if (isBetweenTwo !== (to !== undefined)) {
    const given = to === undefined ? 'no other set' : `--to ${to}`;
    const needed = isBetweenTwo ? '--to PATH, the set whose classes are to be told' : 'one set: --data alone';
    throw badInput({ action: `running the study ${name}`, given, needed });
  }
  const target = to === undefined ? null : await readStudyClips(to);
  const { findings, ...circumstances } = await inExperiment(options, readStudyClips, (setting) =>
    carryOut(study, target, setting),
  );
  const files = await writeStudy(output, name, findings, circumstances);
  if (findings.rows.length <= MOST_ROWS) printTable(findings.rows);
  const lines = ['', ...findings.summary, ''];
  console.log([...lines, files.map((file) => join(output, file)).join('\n')].join('\n'));
}

/** Trains and measures what is not there yet. */
async function carryOut(
  study: Study,
  target: StudyClips | null,
  { workspace, recipe, data: clips, open, command, fix }: Setting<StudyClips>,
) {
  const inputs: StudyInputs = { recipe, clips, target };
  const contenders = study.contenders(inputs);
  const requests = contenders.flatMap((contender) => contender.requests);
  const progress = createProgress(process.stderr, 'bench');
  try {
    const models = open
      ? await trainAll(workspace, requests, { context: open, command, progress })
      : await readAll(workspace, requests, fix);
    progress.stage('measuring');
    const findings = await study.findings(inputs, contenders, createLaboratory(workspace, models, open, fix));
    return { inputs, models, findings, command };
  } finally {
    progress.end();
  }
}
