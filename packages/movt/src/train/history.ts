import { type Mode, type Plateau, startPlateau, stepPlateau } from './plateau.ts';
import type { TrainSettings } from './settings.ts';

/** How a model does on the validation clips. */
export interface ValidationRecord {
  /** Mean cross-entropy without label smoothing, or mean squared error. */
  readonly loss: number;
  /** Of classification. */
  readonly top1?: number;
  /** Of regression: the mean of Pearson's r over the values; null where predictions or targets are constant. */
  readonly mean_pearson?: number | null;
  /** Of regression: root mean square error of each value. */
  readonly rmse?: readonly number[];
}

/** What is known of an epoch: a line of metrics.jsonl. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Optimiser steps so far. */
  readonly step: number;
  /** Of training, with dropout, label smoothing and augmentation, over the epoch's clips. */
  readonly loss: number;
  /** Of its last step. */
  readonly learning_rate: number;
  /** Mean over its steps, before clipping. */
  readonly grad_norm: number;
  readonly clips_per_s: number;
  readonly validation?: ValidationRecord;
}

/** What the settings say to watch. */
export function watchedValue({ loss, validation }: EpochRecord, { watch }: TrainSettings): number {
  if (!validation) return loss;
  if (watch === 'loss') return validation.loss;
  return validation.top1 ?? validation.mean_pearson ?? -1;
}

const modeOf = (history: readonly EpochRecord[], { watch }: TrainSettings): Mode =>
  watch === 'score' && history[0]?.validation ? 'max' : 'min';

/** The plateau after these epochs. It follows from them, so nothing more of it has to be stored. */
export function plateauAfter(history: readonly EpochRecord[], settings: TrainSettings): Plateau {
  const mode = modeOf(history, settings);
  return history.reduce(
    (state, record) => stepPlateau(state, watchedValue(record, settings), settings.plateau, mode),
    startPlateau(settings.learningRate, mode),
  );
}

/** The epoch whose model is kept: the best on validation, the first of equals; the last where there is no validation. */
export function bestEpoch(history: readonly EpochRecord[], settings: TrainSettings): EpochRecord | undefined {
  if (!history[0]?.validation) return history.at(-1);
  const sign = modeOf(history, settings) === 'min' ? 1 : -1;
  return history.reduce((best, record) =>
    sign * watchedValue(record, settings) < sign * watchedValue(best, settings) ? record : best,
  );
}

/** Whether training is over: all epochs done, or none better for long enough. */
export function isFinished(history: readonly EpochRecord[], settings: TrainSettings): boolean {
  if (history.length >= settings.epochs) return true;
  const best = bestEpoch(history, settings);
  return settings.stopAfter > 0 && best !== undefined && history.length - best.epoch >= settings.stopAfter;
}
