import { join } from 'node:path';
import { badInput, type GpuContext, MovtError } from '@movt/kernels';
import type { Command } from 'commander';
import type { Weights } from '../init.ts';
import type { Model } from '../model.ts';
import { type ModelConfig, modelOf } from '../models.ts';
import { checkSameRun } from '../train/compare-runs.ts';
import { type FitState, fit } from '../train/fit.ts';
import { bestEpoch, type EpochRecord, isFinished } from '../train/history.ts';
import {
  beginRun,
  drawCurves,
  hashSet,
  MODEL,
  mendRun,
  readRun,
  type StoredRun,
  saveEpoch,
} from '../train/run-folder.ts';
import type { Run } from '../train/run-state.ts';
import { parseSettings } from '../train/settings.ts';
import { outputsOf, splitForTraining, type TrainingData } from '../train/splits.ts';
import { readClips } from '../videos/model-clips-file.ts';
import { commandLine } from './command-line.ts';
import { withGpu } from './gpu.ts';
import { addModelOptions, anyPresetNames } from './model-options.ts';
import { minutes, progress } from './progress.ts';
import { addSettingOptions, givenSettings, type TrainOptions } from './train-options.ts';
import { describeEpoch, summary } from './train-report.ts';
import { chooseStart } from './train-start.ts';
import { addClipSizes, givenSizes } from './videomae-options.ts';

/** Milliseconds after which the curves are drawn again: short epochs would spend their time on it. */
const REDRAW_MS = 3000;

/** `movt train`: teaches a model a set of clips. */
export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('train a model on clips with labels or targets')
    .option(
      '--data <path>',
      'for MovT a tracks file, or a folder of them; for any model the folder that `movt data videos` wrote',
    )
    .option('--preset <name>', `a new model: ${anyPresetNames.join(', ')}`)
    .option('--from <file>', 'or a checkpoint to begin from; its head is drawn anew where the outputs are other ones')
    .requiredOption('-o, --output <folder>', 'for the model, the state, metrics, curves and settings')
    .option('--resume', 'go on with the run in that folder, with its data and settings');
  addClipSizes(addModelOptions(command));
  addSettingOptions(command).action(train);
}

async function train(options: TrainOptions): Promise<void> {
  const folder = options.output;
  const given = await givenSettings(options);
  const stored = options.resume ? await readRun(folder) : null;
  const path = options.data ?? stored?.run.data.path;
  if (path === undefined) throw badInput({ action: 'training', given: 'no --data', needed: '--data PATH' });
  const chosen = await chooseStart(options, stored);
  const set = await readClips(chosen.clips, path);
  const sha256 = await hashSet(set);
  const settings = stored?.run.settings ?? parseSettings(given, 'the command line');
  const { config, weights } = chosen.begin(set, outputsOf(set, path), settings.seed);
  if (stored) checkResumed(options, stored.run, { settings: given, sha256, config });
  const model = modelOf(config);
  const data = splitForTraining(set, settings, path, model.check);

  await withGpu(async (context) => {
    const run: Run = stored?.run ?? {
      config,
      task: data.task,
      classes: data.classes,
      settings,
      data: { path, sha256 },
      from: options.from ?? null,
      command: commandLine('movt', ['--resume']),
      adapter: context.adapter.name,
    };
    if (stored) await mendRun(folder, stored);
    else await beginRun(folder, run);
    tellStart(options, stored, run, context);
    const start = stored?.state ?? weights;
    const history = await fitWithProgress(context, model, run, data, start, folder).catch(async (error) => {
      await tellKept(folder, error);
      throw error;
    });
    console.log(summary(history, run, folder));
  });
}

/** Refuses options that say otherwise than the run that is resumed. */
function checkResumed(
  { preset, from, velocityLags, displacement, output, ...sizes }: TrainOptions,
  run: Run,
  given: { settings: object; sha256: string; config: ModelConfig },
): void {
  const { settings, data, config } = run;
  const asked = {
    ...given.settings,
    data: { sha256: given.sha256 },
    config: preset === undefined ? { velocityLags, displacement, ...givenSizes(sizes) } : given.config,
    ...(from !== undefined && { from }),
  };
  checkSameRun(asked, { ...settings, data, config, from: run.from }, output);
}

function tellStart({ resume, output }: TrainOptions, stored: StoredRun | null, run: Run, context: GpuContext): void {
  if (!resume) return;
  const done = stored?.state?.history.length ?? 0;
  progress.note(done > 0 ? `resuming ${output} after epoch ${done}` : `${output} has no epoch yet: from the start`);
  if (run.adapter === context.adapter.name) return;
  progress.note(`it began on ${run.adapter}: on ${context.adapter.name} it goes on, but not to the same bits`);
}

/** After a loss that was no number: where the last good model is. */
async function tellKept(folder: string, error: unknown): Promise<void> {
  if (!(error instanceof MovtError) || error.code !== 'not_finite') return;
  const { run, state } = (await readRun(folder))!;
  const best = state && bestEpoch(state.history, run.settings);
  if (best)
    progress.note(`${join(folder, MODEL)} is the model of epoch ${best.epoch}: another run can go on --from it`);
}

/** Trains, says how it goes, and stores every epoch. */
async function fitWithProgress<Clip>(
  context: GpuContext,
  model: Model<Clip>,
  run: Run,
  data: TrainingData<Clip>,
  start: Weights | FitState,
  folder: string,
): Promise<readonly EpochRecord[]> {
  const { epochs } = run.settings;
  const began = performance.now();
  let drawn = began;
  const doneBefore = 'history' in start ? start.history.length : 0;
  /** Milliseconds that are left, by what the epochs of this process took; `done` epochs of the run, with a fraction. */
  const left = (done: number) => ((performance.now() - began) * (epochs - done)) / (done - doneBefore);
  progress.stage(`training on ${data.train.clips.length} clips`);
  return fit(context, model, data, run.settings, start, {
    onStep({ epoch, done, clips, loss, learningRate, clipsPerSecond }) {
      const rest = minutes(left(epoch - 1 + done / clips));
      const rate = `${learningRate.toPrecision(3)}, ${clipsPerSecond.toFixed(0)} clips/s`;
      const detail = `epoch ${epoch}/${epochs}, loss ${loss.toFixed(4)}, learning rate ${rate}, ${rest} left`;
      progress.advance(done, clips, detail);
    },
    async onEpoch(state, isBest) {
      await saveEpoch(folder, run, state, isBest);
      const now = performance.now();
      if (now - drawn > REDRAW_MS || isFinished(state.history, run.settings)) {
        await drawCurves(folder, run, state);
        drawn = now;
      }
      const record = state.history.at(-1)!;
      progress.replace(`${describeEpoch(record, epochs)}, ${minutes(left(record.epoch))} left`);
    },
  });
}
