import { join } from 'node:path';
import { badInput, type GpuContext, MovtError } from '@movt/kernels';
import { checkTracks, type Tracks } from '@movt/tracker/tracks';
import type { Command } from 'commander';
import { readCheckpoint } from '../checkpoint-file.ts';
import { parseConfig } from '../config.ts';
import { readDataset } from '../datasets/file.ts';
import { initialWeights, type Weights } from '../init.ts';
import { type ModelConfig, modelOf } from '../models.ts';
import { presetNames } from '../presets.ts';
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
import { splitForTraining, type TrainingData } from '../train/splits.ts';
import { commandLine } from './command-line.ts';
import { withGpu } from './gpu.ts';
import { addModelOptions, chosenConfig } from './model-options.ts';
import { minutes, progress } from './progress.ts';
import { addSettingOptions, givenSettings, type TrainOptions } from './train-options.ts';
import { describeEpoch, summary } from './train-report.ts';

/** Milliseconds after which the curves are drawn again: short epochs would spend their time on it. */
const REDRAW_MS = 3000;

/** `movt train`: teaches a model a set of tracks. */
export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('train a model on tracks with labels or targets')
    .option('--data <path>', 'a tracks file, or a folder of them')
    .option('--preset <name>', `a new model: ${presetNames.join(', ')}`)
    .option('--from <file>', 'or a checkpoint to begin from; its head is drawn anew where the outputs are other ones')
    .requiredOption('-o, --output <folder>', 'for the model, the state, metrics, curves and settings')
    .option('--resume', 'go on with the run in that folder, with its data and settings');
  addModelOptions(command);
  addSettingOptions(command).action(train);
}

async function train(options: TrainOptions): Promise<void> {
  const folder = options.output;
  const given = await givenSettings(options);
  const stored = options.resume ? await readRun(folder) : null;
  const path = options.data ?? stored?.run.data.path;
  if (path === undefined) throw badInput({ action: 'training', given: 'no --data', needed: '--data PATH' });
  const set = await readDataset(path);
  const sha256 = hashSet(set);
  const settings = stored?.run.settings ?? parseSettings(given, 'the command line');
  const data = splitForTraining(set, settings, path, checkTracks);
  const model = await chooseModel(options, stored, data, settings.seed);
  if (stored) checkResumed(options, stored.run, { settings: given, sha256, config: model.config });

  await withGpu(async (context) => {
    const run: Run = stored?.run ?? {
      config: model.config,
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
    const start = stored?.state ?? model.weights;
    const history = await fitWithProgress(context, run, data, start, folder).catch(async (error) => {
      await tellKept(folder, error);
      throw error;
    });
    console.log(summary(history, run, folder));
  });
}

/** The configuration, and the weights before the first step. */
async function chooseModel(
  options: TrainOptions,
  stored: StoredRun | null,
  { outputs }: TrainingData<Tracks>,
  seed: number,
): Promise<{ config: ModelConfig; weights: Weights }> {
  const refuse = (given: string, needed: string) => badInput({ action: 'training', given, needed });
  const { preset, from, velocityLags, displacement } = options;
  if (preset !== undefined && from !== undefined) throw refuse('both --preset and --from', 'one of them');
  if (from !== undefined && (velocityLags || displacement)) {
    throw refuse('options of a new model, and --from', "the checkpoint's own, or --preset");
  }
  const isNew = preset !== undefined || from !== undefined;
  if (!isNew && stored?.state) return { config: stored.run.config, weights: stored.state.trainer.weights };
  const checkpoint = isNew ? from : stored?.run.from;
  if (checkpoint) return beginFrom(checkpoint, outputs, seed);
  const config = preset === undefined ? stored?.run.config : chosenConfig(preset, outputs, options);
  if (!config) throw refuse('neither --preset nor --from', 'one of them');
  return { config, weights: initialWeights(config, seed) };
}

async function beginFrom(path: string, outputs: number, seed: number) {
  const { config: found, weights } = await readCheckpoint(path);
  const config = parseConfig({ ...found, outputs }, path);
  if (outputs === found.outputs) return { config, weights };
  const fresh = initialWeights(config, seed);
  for (const name of weights.keys()) if (name.startsWith('head.')) weights.set(name, fresh.get(name)!);
  return { config, weights };
}

/** Refuses options that say otherwise than the run that is resumed. */
function checkResumed(
  { preset, from, velocityLags, displacement, output }: TrainOptions,
  run: Run,
  given: { settings: object; sha256: string; config: ModelConfig },
): void {
  const { settings, data, config } = run;
  const asked = {
    ...given.settings,
    data: { sha256: given.sha256 },
    config: preset === undefined ? { velocityLags, displacement } : given.config,
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
async function fitWithProgress(
  context: GpuContext,
  run: Run,
  data: TrainingData<Tracks>,
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
  return fit(context, modelOf(run.config), data, run.settings, start, {
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
