import { join } from 'node:path';
import type { GpuContext } from '@movt/kernels';
import { badInput } from '@movt/kernels';
import {
  type FusionConfig,
  fusionWeights,
  initialWeights,
  type ModelConfig,
  modelOf,
  predictorOf,
  type Weights,
} from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { clipsOfSplit, selectClips } from 'movt/evaluate/split';
import { type EpochProgress, type EpochRecord, fit, isFinished, type Run, splitForTraining } from 'movt/train';
import { beginRun, drawCurves, mendRun, readRun, saveEpoch } from 'movt/train/folder';
import { commit } from '../measure/commit.ts';
import type { StudyData } from './data.ts';
import { type Answers, PREDICTIONS, type Predictions, readPredictions, writePredictions } from './predictions.ts';
import { type RunRequest, runKey } from './request.ts';
import type { Workspace } from './workspace.ts';

/** A model that has been trained, as its run folder has it. */
export interface Trained {
  readonly request: RunRequest;
  /** Of its checkpoint (`readModelCheckpoint`): the epoch that was best on validation. */
  readonly folder: string;
  /** How it came about, the adapter among it. */
  readonly run: Run;
  readonly history: readonly EpochRecord[];
  /** That epoch's answers. */
  readonly predictions: Predictions;
}

/** A run as far as it is stored; null where nothing is. */
export async function readStored(
  workspace: Workspace,
  request: RunRequest,
): Promise<{ history: readonly EpochRecord[]; trained: Trained | null } | null> {
  const folder = workspace.runFolder(runKey(request));
  const stored = await readRun(folder);
  if (!stored) return null;
  const history = stored.state?.history ?? [];
  if (!isFinished(history, request.settings)) return { history, trained: null };
  const predictions = await readPredictions(join(folder, PREDICTIONS));
  return { history, trained: predictions && { request, folder, run: stored.run, history, predictions } };
}

/**
 * Trains what a request asks for, from where an interrupted run left off, and has the model of the best epoch answer the validation and the
 * test clips. What is stored already is read, and nothing is computed.
 *
 * @param command what is noted in the run as its command line
 * @param onStep after each step
 */
export async function trained(
  context: GpuContext,
  workspace: Workspace,
  request: RunRequest,
  command: string,
  onStep?: (progress: EpochProgress) => void,
): Promise<Trained> {
  const known = (await readStored(workspace, request))?.trained;
  if (known) return known;
  const folder = workspace.runFolder(runKey(request));
  const { config, settings, data } = request;
  const model = modelOf(config);
  const seen = splitForTraining(visible(request), settings, data.path, model.check);
  if (seen.outputs !== model.outputs) {
    throw badInput({
      action: `training ${request.name}`,
      given: `a model of ${model.outputs} outputs`,
      needed: `${seen.outputs}, as ${data.path} has`,
    });
  }
  const stored = await readRun(folder);
  const run: Run = stored?.run ?? {
    config,
    settings,
    command,
    task: seen.task,
    classes: seen.classes,
    from: null,
    data: { path: data.path, sha256: data.sha256 },
    adapter: context.adapter.name,
  };
  if (stored) await mendRun(folder, stored);
  else await beginRun(folder, run);
  const start = stored?.state ?? (await firstWeights(workspace, request));
  const history = await fit(context, model, seen, settings, start, {
    ...(onStep && { onStep }),
    async onEpoch(state, isBest) {
      await saveEpoch(folder, run, state, isBest);
      if (isFinished(state.history, settings)) await drawCurves(folder, run, state);
    },
  });
  const predictions = await predict(context, folder, data);
  await writePredictions(join(folder, PREDICTIONS), predictions);
  return { request, folder, run, history, predictions };
}

async function firstWeights(workspace: Workspace, { config, settings, branches }: RunRequest): Promise<Weights> {
  if (!isFusion(config)) return initialWeights(config, settings.seed);
  const branch = (of: RunRequest) => readModelCheckpoint(workspace.runFolder(runKey(of)));
  const trained = branches && { movt: await branch(branches.movt), videomae: await branch(branches.videomae) };
  return fusionWeights(config, settings.seed, trained);
}

const isFusion = (config: ModelConfig): config is FusionConfig => 'model' in config && config.model === 'fusion';

/** The set without the training clips that the request keeps from the model. */
function visible({ data: { set }, training }: RunRequest) {
  if (!training) return set;
  const others = set.clips.flatMap((_, i) => (set.split?.[i] === 1 ? [i] : []));
  const kept = [...training, ...others].sort((a, b) => a - b);
  return selectClips(set, kept);
}

async function predict(context: GpuContext, folder: string, { set, path }: StudyData): Promise<Predictions> {
  const { config, weights } = await readModelCheckpoint(folder);
  const predictor = predictorOf(context, modelOf(config), weights);
  const answer = async (split: 'validation' | 'test'): Promise<Answers | null> => {
    if (!set.split?.includes(split === 'test' ? 2 : 1)) return null;
    const indices = clipsOfSplit(set, split, path);
    const { outputs, features } = await predictor.predict(
      indices.map((i) => set.clips[i]),
      { features: true },
    );
    return { indices, outputs, features: features! };
  };
  try {
    return { commit: commit(), validation: await answer('validation'), test: await answer('test') };
  } finally {
    await predictor.destroy();
  }
}
