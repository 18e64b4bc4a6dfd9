import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { Command } from 'commander';
import { createProgress } from 'movt/progress';
import { type Contender, planExperiment, requestsOf } from '../experiment/contenders.ts';
import { runKey } from '../experiment/request.ts';
import { readAll, readWhole, trainAll } from '../experiment/train-all.ts';
import { readVideoData, type VideoData } from '../experiment/video-data.ts';
import { commit } from '../measure/commit.ts';
import { fillReport, type Results } from '../pareto/fill-report.ts';
import type { ParetoReport } from '../pareto/report.ts';
import { paretoText } from '../pareto/text.ts';
import { measureTimes, readTimes } from '../pareto/times.ts';
import { writeReport } from '../pareto/write-report.ts';
import { studyPictures } from '../studies/pictures.ts';
import { addExperimentOptions, type ExperimentOptions, inExperiment, type Setting } from './experiment.ts';

/** `bench pareto`: from videos to the accuracy-compute front of all kinds of models. */
export function paretoCommand(): Command {
  const command = new Command('pareto').description(
    'train MovT, PixT and VideoMAE on the same videos, combine them, and report accuracy against cost',
  );
  const data = 'what `movt data videos` made of your videos';
  return addExperimentOptions(command, data, 'for report.json, .csv, .svg and .html').action(pareto);
}

async function pareto(options: ExperimentOptions): Promise<void> {
  const { output } = options;
  const report = await inExperiment(options, readVideoData, async (setting): Promise<ParetoReport> => {
    const { workspace, recipe, data } = setting;
    const results = await resultsOf(setting, options.data === undefined);
    const pictures = await studyPictures(workspace, { recipe, clips: data, target: null });
    return { ...fillReport(results), pictures };
  });
  await writeReport(output, report);
  console.log(paretoText(report));
  console.log(`\n${join(output, 'report.html')} and .json, .csv, .svg`);
}

/** Trains and times what is not there yet, or, where nothing may be, refuses. */
async function resultsOf(
  { workspace, recipe, data, open, command, fix }: Setting<VideoData>,
  isMotion12: boolean,
): Promise<Results> {
  const experiment = planExperiment(recipe, data);
  const requests = requestsOf(experiment);
  const progress = createProgress(process.stderr, 'bench');
  try {
    const trained = open
      ? await trainAll(workspace, requests, { context: open, command, progress })
      : await readAll(workspace, requests, fix);
    const fused = await readWhole(
      workspace,
      experiment.fusions.map(({ requests }) => requests),
    );
    const models = new Map([...trained, ...fused.flat()].map((model) => [runKey(model.request), model]));
    const modelsOf = ({ requests }: Contender) => requests.map((request) => models.get(runKey(request))!);
    const isThere = ({ requests }: Contender) => requests.every((request) => models.has(runKey(request)));
    // Seeds do not differ in time, nor do models that were trained on fewer clips.
    const firstOf = (contender: Contender) => modelsOf(contender)[0];
    const { movt, pixt, videomae } = experiment;
    const timed = [...movt, pixt, ...videomae].map(firstOf);
    const fusions = experiment.fusions.filter(isThere);
    if (open) progress.stage('timing the models');
    const times = open
      ? await measureTimes(await open(), workspace, [...timed, ...fusions.map(firstOf)])
      : await readTimes(workspace, timed);
    if (!times) {
      const action = `reading the results in ${workspace.folder}`;
      throw badInput({ action, given: 'no times of all models', needed: 'those of an earlier call', fix });
    }
    const { fingerprint, software, ms } = times;
    // A report alone may find fusions that are trained, but not timed yet.
    const crossed = fusions.filter(({ requests }) => runKey(requests[0]) in ms);
    return {
      recipe,
      data,
      experiment,
      isMotion12,
      crossed,
      modelsOf,
      msOf: ({ requests }) => ms[runKey(requests[0])],
      circumstances: { commit: commit(), date: new Date().toISOString(), command, fingerprint, software },
    };
  } finally {
    progress.end();
  }
}
