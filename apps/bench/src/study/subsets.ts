import { fnv1a } from '@movt/kernels';
import type { TrackSet } from '@movt/tracker/tracks';
import { clipsOfSplit, shuffled } from 'movt/train';

const STREAM = fnv1a('share of the training clips');

/**
 * A share of a set's training clips, of each class alike and at least one of each. What a smaller share of the same seed holds, a larger one
 * holds too, so that more data is never other data.
 *
 * @param share above 0, to 1
 * @param seed draws which
 * @returns their places in the set, in its order
 * @throws MovtError bad_input where the set has no training clips
 */
export function trainingShare(set: TrackSet, share: number, seed: number, source: string): number[] {
  const classes = new Map<number, number[]>();
  for (const i of shuffled(clipsOfSplit(set, 'train', source), seed, STREAM, 0)) {
    const label = set.labels?.[i] ?? 0;
    classes.set(label, [...(classes.get(label) ?? []), i]);
  }
  const kept = [...classes.values()].flatMap((clips) => clips.slice(0, Math.max(1, Math.round(share * clips.length))));
  return kept.sort((a, b) => a - b);
}
