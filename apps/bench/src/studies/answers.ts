import { modelOf, predictorOf } from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { indexOfLargest } from 'movt/evaluate/log-probabilities';
import { clipsOfSplit } from 'movt/evaluate/split';
import { runKey } from '../experiment/request.ts';
import type { Trained } from '../experiment/trained.ts';
import { percent } from '../report/numbers.ts';
import type { Laboratory } from './study.ts';

/**
 * How a model does on test clips that were changed.
 *
 * @param change all that decides how, such as `{ crop: 0.5 }`
 * @param alter changes a clip, which is the i-th of the test clips
 * @returns [test clips] 1 where the answer is right, else 0
 */
export function rightAnswers<Clip>(
  { remember }: Laboratory,
  { request, folder }: Trained,
  change: object,
  alter: (clip: Clip, i: number) => Clip,
): Promise<number[]> {
  return remember({ run: runKey(request), right_answers: change }, async (open) => {
    const { set, path } = request.data;
    const test = clipsOfSplit(set, 'test', path);
    const { config, weights } = await readModelCheckpoint(folder);
    const predictor = predictorOf(await open(), modelOf(config), weights);
    const { outputs } = await predictor.predict(test.map((place, i) => alter(set.clips[place] as Clip, i)));
    await predictor.destroy();
    return outputs.map((output, i) => Number(indexOfLargest(output) === set.labels![test[i]]));
  });
}

/** `71.2 ± 0.8 %`, or without a spread where there is one seed. */
export const percentSpread = ({ mean, sd }: { readonly mean: number; readonly sd: number | null }): string =>
  sd === null ? percent(mean) : `${(100 * mean).toFixed(1)} ± ${(100 * sd).toFixed(1)} %`;
