import type { ClipSet } from 'movt';
import { clipsOfSplit } from 'movt/evaluate/split';
import { lowDataSubset } from 'movt/robustness/low-data';

/**
 * A share of the training clips of a set with labels: see `lowDataSubset`.
 * @returns their places in the set, in its order
 * @throws MovtError bad_input where the set has no training clips
 */
export function trainingShare(set: ClipSet<unknown>, share: number, seed: number, source: string): number[] {
  const training = clipsOfSplit(set, 'train', source);
  return lowDataSubset(
    training.map((i) => set.labels![i]),
    share,
    seed,
  ).map((place) => training[place]);
}
