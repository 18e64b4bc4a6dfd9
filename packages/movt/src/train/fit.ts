import type { GpuContext } from '@movt/kernels';
import type { ClipSet } from '../datasets/clip-set.ts';
import { selectClips } from '../evaluate/split.ts';
import type { Weights } from '../init.ts';
import type { Model } from '../model.ts';
import { type ModelPredictor, predictorOf } from '../predictors.ts';
import { type Batch, createBuckets, epochBatches } from './batches.ts';
import { bestEpoch, type EpochRecord, isFinished, plateauAfter } from './history.ts';
import { judge } from './judge.ts';
import { learningRateAt } from './schedule.ts';
import type { TrainSettings } from './settings.ts';
import type { TrainingData } from './splits.ts';
import { createTrainer, type TrainBatch, type Trainer, type TrainerState } from './trainer.ts';

/** All that training goes on from: the epochs so far, and weights with their moments. */
export interface FitState {
  readonly history: readonly EpochRecord[];
  readonly trainer: TrainerState;
}

/** Where an epoch is. */
export interface EpochProgress {
  /** From 1. */
  readonly epoch: number;
  /** Clips of it that are done. */
  readonly done: number;
  readonly clips: number;
  /** Of training, over the clips done. */
  readonly loss: number;
  readonly learningRate: number;
  readonly clipsPerSecond: number;
}

/** What is told while it runs. */
export interface FitHooks {
  /** After each step. */
  onStep?(progress: EpochProgress): void;
  /** After each epoch, and waited for; `isBest` where its model is the one to keep so far. */
  onEpoch(state: FitState, isBest: boolean): Promise<void>;
}

/**
 * Trains a model for the epochs that are left. Every draw is a function of the seed and of where it is in the run, and the plateau and the best
 * epoch follow from the history: from a state that `onEpoch` was given, on the same adapter, it goes on to the same bits.
 *
 * @param start untrained weights, or the state to go on from
 * @returns the epochs, from the first
 * @throws MovtError not_finite, with the step and the tensor, for a loss that is no number
 */
export async function fit<Clip>(
  context: GpuContext,
  model: Model<Clip>,
  data: TrainingData<Clip>,
  settings: TrainSettings,
  start: Weights | FitState,
  { onStep, onEpoch }: FitHooks,
): Promise<readonly EpochRecord[]> {
  const { task, train, validation } = data;
  const { batchSize, accumulate } = settings;
  const isResumed = 'history' in start;
  let history: readonly EpochRecord[] = isResumed ? start.history : [];
  if (isFinished(history, settings)) return history;

  const buckets = createBuckets(
    train.clips.map((clip) => model.shapeOf([clip])),
    batchSize,
  );
  const batchCount = buckets.reduce((sum, { members }) => sum + Math.ceil(members.length / batchSize), 0);
  const steps = settings.epochs * Math.ceil(batchCount / accumulate);
  const trainer = createTrainer(context, model, isResumed ? start.trainer : start, { ...settings, task });
  let predictor: ModelPredictor<Clip> | undefined;
  try {
    while (!isFinished(history, settings)) {
      const epoch = history.length + 1;
      const { learningRate: plateauRate } = plateauAfter(history, settings);
      const rateAt = (step: number) => learningRateAt(settings, step, steps, plateauRate);
      const batches = epochBatches(buckets, batchSize, settings.seed, epoch);
      const load = (batch: Batch) => loadBatch(model, train, batch, settings, epoch);
      const record = await trainEpoch(trainer, batches, accumulate, rateAt, load, (progress) =>
        onStep?.({ ...progress, epoch }),
      );
      const state = await trainer.state();
      if (validation) {
        predictor ??= predictorOf(context, model, state.weights);
        predictor.setWeights(state.weights);
      }
      const judged = validation && (await judge(predictor!, model, task, validation, settings.perVideo));
      history = [...history, { epoch, ...record, ...(judged && { validation: judged }) }];
      await onEpoch({ history, trainer: state }, bestEpoch(history, settings)!.epoch === epoch);
    }
    return history;
  } finally {
    await predictor?.destroy();
    await trainer.destroy();
  }
}

/** One epoch of steps. */
async function trainEpoch<Clip>(
  trainer: Trainer<Clip>,
  batches: readonly Batch[],
  accumulate: number,
  rateAt: (step: number) => number,
  load: (batch: Batch) => TrainBatch<Clip>,
  onStep: (progress: Omit<EpochProgress, 'epoch'>) => void,
): Promise<Omit<EpochRecord, 'epoch' | 'validation'>> {
  const started = performance.now();
  const clips = batches.reduce((sum, { indices }) => sum + indices.length, 0);
  let [done, lossSum, normSum, stepCount, learningRate] = [0, 0, 0, 0, 0];
  for (let first = 0; first < batches.length; first += accumulate) {
    const loaded = batches.slice(first, first + accumulate).map(load);
    const count = loaded.reduce((sum, batch) => sum + batch.clips.length, 0);
    learningRate = rateAt(trainer.steps);
    const { loss, gradNorm } = await trainer.step(loaded, learningRate);
    done += count;
    lossSum += loss * count;
    normSum += gradNorm;
    stepCount++;
    const clipsPerSecond = (1000 * done) / (performance.now() - started);
    onStep({ done, clips, loss: lossSum / done, learningRate, clipsPerSecond });
  }
  return {
    step: trainer.steps,
    loss: lossSum / clips,
    learning_rate: learningRate,
    grad_norm: normSum / stepCount,
    clips_per_s: (1000 * clips) / (performance.now() - started),
  };
}

/** A batch's clips as this epoch shows them, and what is to be learned of them. */
function loadBatch<Clip>(
  model: Model<Clip>,
  train: ClipSet<Clip>,
  { indices, bucket }: Batch,
  { augmentation, seed }: TrainSettings,
  epoch: number,
): TrainBatch<Clip> {
  const { clips, labels, targets } = selectClips(train, indices);
  return {
    clips: clips.map((clip, b) => model.augment?.(clip, augmentation, bucket.frames, seed, epoch, indices[b]) ?? clip),
    ...(labels && { labels }),
    ...(targets && { targets }),
    paddedTo: { frames: bucket.frames, points: bucket.points },
  };
}
