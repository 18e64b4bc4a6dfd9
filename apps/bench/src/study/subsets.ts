import type { TrackSet } from '@movt/tracker/tracks';
import { clipsOfSplit } from 'movt/evaluate/split';
import { lowDataSubset } from 'movt/robustness/low-data';

/**
 * A share of a set's training clips: see `lowDataSubset`.
 * @returns their places in the set, in its order
 * @throws MovtError bad_input where the set has no labels or no training clips
 */
export function trainingShare(set: TrackSet, share: number, seed: number, source: string): number[] {
  const training = clipsOfSplit(set, 'train', source);
  return lowDataSubset(
    training.map((i) => set.labels![i]),
    share,
    seed,
  ).map((place) => training[place]);
}
