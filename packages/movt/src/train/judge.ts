import type { TrackSet } from '@movt/tracker/tracks';
import type { Task } from '../checkpoint.ts';
import type { Predictor } from '../predict.ts';
import { probabilities } from '../probabilities.ts';
import type { ValidationRecord } from './history.ts';

/** How a model does on a set. Clips are sorted by size for it: the less padding, and the fewer plans. */
export async function judge(predictor: Predictor, task: Task, set: TrackSet): Promise<ValidationRecord> {
  const order = set.clips.map((_, i) => i).sort((a, b) => compareSizes(set, a, b));
  const { outputs: sorted } = await predictor.predict(order.map((i) => set.clips[i]));
  const outputs: Float32Array[] = [];
  for (const [at, i] of order.entries()) outputs[i] = sorted[at];
  if (task === 'regression') {
    const values = outputs.flatMap((row) => [...row]);
    return { loss: values.reduce((sum, value, i) => sum + (value - set.targets![i]) ** 2, 0) / values.length };
  }
  const answers = outputs.map(probabilities);
  const loss = answers.reduce((sum, answer, i) => sum - Math.log(answer[set.labels![i]]), 0) / answers.length;
  const right = answers.filter((answer, i) => answer.indexOf(Math.max(...answer)) === set.labels![i]).length;
  return { loss, top1: right / answers.length };
}

const compareSizes = ({ clips }: TrackSet, a: number, b: number) =>
  clips[a].T - clips[b].T || clips[a].N - clips[b].N || a - b;
