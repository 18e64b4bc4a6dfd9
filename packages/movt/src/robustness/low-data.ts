import { badInput, fnv1a } from '@movt/kernels';
import { shuffled } from '../shuffle.ts';

const STREAM = fnv1a('low data');

/**
 * A share of the training clips: of each class alike, rounded, at least one. (seed, class) decide the order alone, so
 * the clips of a smaller share are among those of a larger one.
 *
 * @param labels [clips] of the training clips
 * @param share above 0, to 1
 * @returns ascending indices
 * @throws MovtError bad_input for another share
 */
export function lowDataSubset(labels: readonly number[], share: number, seed: number): number[] {
  if (!(share > 0 && share <= 1)) {
    throw badInput({
      action: 'taking a part of the training clips',
      given: `a share of ${share}`,
      needed: 'above 0, to 1',
    });
  }
  const members = new Map<number, number[]>();
  for (const [i, label] of labels.entries()) members.set(label, [...(members.get(label) ?? []), i]);
  return [...members]
    .flatMap(([label, clips]) => {
      const count = Math.max(1, Math.round(share * clips.length));
      return shuffled(clips, seed, STREAM, label).slice(0, count);
    })
    .sort((a, b) => a - b);
}
