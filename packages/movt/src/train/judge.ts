import type { TrackSet } from '@movt/tracker/tracks';
import type { Task } from '../checkpoint.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { clipsByAnswer } from '../evaluate/videos.ts';
import type { Predictor } from '../predict.ts';
import type { ValidationRecord } from './history.ts';

/**
 * How a model does on a set.
 * @param perVideo average the clips of a group first
 */
export async function judge(
  predictor: Predictor,
  task: Task,
  set: TrackSet,
  perVideo: boolean,
): Promise<ValidationRecord> {
  const outputs = await predictSorted(predictor, set);
  const evaluation = evaluate(task, outputs, set, clipsByAnswer(set, perVideo ? 'video' : 'clip'));
  if (evaluation.task === 'classification') return { loss: evaluation.nll, top1: evaluation.top1 };
  const { rmse, meanPearson } = evaluation;
  return { loss: rmse.reduce((sum, error) => sum + error ** 2, 0) / rmse.length, mean_pearson: meanPearson, rmse };
}

/** Predicts clips by their size: batches then have the less padding, and there are fewer plans. */
async function predictSorted(predictor: Predictor, { clips }: TrackSet): Promise<Float32Array[]> {
  const order = clips.map((_, i) => i).sort((a, b) => clips[a].T - clips[b].T || clips[a].N - clips[b].N || a - b);
  const { outputs } = await predictor.predict(order.map((i) => clips[i]));
  const placed: Float32Array[] = new Array(clips.length);
  for (const [at, i] of order.entries()) placed[i] = outputs[at];
  return placed;
}
