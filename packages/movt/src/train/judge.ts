import type { Task } from '../checkpoint.ts';
import type { ClipSet } from '../datasets/clip-set.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { clipsByAnswer } from '../evaluate/videos.ts';
import type { Model } from '../model.ts';
import type { ModelPredictor } from '../predictors.ts';
import type { ValidationRecord } from './history.ts';

/**
 * How a model does on a set.
 * @param perVideo average the clips of a group first
 */
export async function judge<Clip>(
  predictor: ModelPredictor<Clip>,
  model: Model<Clip>,
  task: Task,
  set: ClipSet<Clip>,
  perVideo: boolean,
): Promise<ValidationRecord> {
  const outputs = await predictSorted(predictor, model, set.clips);
  const evaluation = evaluate(task, outputs, set, clipsByAnswer(set, perVideo ? 'video' : 'clip'));
  if (evaluation.task === 'classification') return { loss: evaluation.nll, top1: evaluation.top1 };
  const { rmse, meanPearson } = evaluation;
  return { loss: rmse.reduce((sum, error) => sum + error ** 2, 0) / rmse.length, mean_pearson: meanPearson, rmse };
}

/** Predicts clips by their size: batches then have the less padding, and there are fewer plans. */
async function predictSorted<Clip>(
  predictor: ModelPredictor<Clip>,
  { shapeOf }: Model<Clip>,
  clips: readonly Clip[],
): Promise<Float32Array[]> {
  const shapes = clips.map((clip) => shapeOf([clip]));
  const order = clips
    .map((_, i) => i)
    .sort((a, b) => shapes[a].frames - shapes[b].frames || shapes[a].points - shapes[b].points || a - b);
  const { outputs } = await predictor.predict(order.map((i) => clips[i]));
  const placed: Float32Array[] = new Array(clips.length);
  for (const [at, i] of order.entries()) placed[i] = outputs[at];
  return placed;
}
