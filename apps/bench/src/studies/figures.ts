import { clipsOfSplit } from 'movt/evaluate/split';
import type { Spread } from 'movt/statistics';
import type { StudyClips } from './inputs.ts';

/** A spread as cells of a table: shares. */
export function spreadCells({ mean, sd, low, high, values }: Spread) {
  return { top1_mean: mean, top1_sd: sd ?? '', top1_low: low, top1_high: high, seeds: values.length };
}

/** What answering with the most frequent class of the test clips gives. */
export function chanceOf({ tracks: { set, path } }: StudyClips): { name: string; value: number } {
  const labels = clipsOfSplit(set, 'test', path).map((i) => set.labels![i]);
  const counts = set.classes!.map((_, label) => labels.filter((other) => other === label).length);
  return { name: 'the most frequent class', value: Math.max(...counts) / labels.length };
}
