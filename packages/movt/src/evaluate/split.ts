import { badInput } from '@movt/kernels';
import type { ClipSet } from '../datasets/clip-set.ts';

/** The parts of a data set by name; their places are the numbers in a tracks file. */
export const SPLITS = ['train', 'validation', 'test'] as const;

export type Split = (typeof SPLITS)[number] | 'all';

export const splitNames: readonly Split[] = [...SPLITS, 'all'];

/** The part that an evaluation is about where none is named: test, else validation, else all clips. */
export function heldOutSplit({ split }: ClipSet<unknown>): Split {
  if (split?.includes(2)) return 'test';
  return split?.includes(1) ? 'validation' : 'all';
}

/**
 * The clips of one split, by index.
 *
 * @param source the data's name, for messages
 * @throws MovtError bad_input where it has none
 */
export function clipsOfSplit({ clips, split: splits }: ClipSet<unknown>, split: Split, source: string): number[] {
  const every = clips.map((_, i) => i);
  if (split === 'all') return every;
  const kept = every.filter((i) => splits?.[i] === SPLITS.indexOf(split));
  if (kept.length > 0) return kept;
  const found = SPLITS.filter((_, number) => splits?.includes(number));
  throw badInput({
    action: `reading the ${split} split of ${source}`,
    given: found.length > 0 ? `no clip in it, only in ${found.join(' and ')}` : 'no splits',
    needed: 'at least one clip',
    fix: '`--split all` takes every clip.',
  });
}

/** Some clips of a set, by index, with all that is known of them. */
export function selectClips<Clip>(set: ClipSet<Clip>, kept: readonly number[]): ClipSet<Clip> {
  const { clips, labels, targets, split, group, classes, picture, source } = set;
  const width = targets ? targets.length / clips.length : 0;
  const pick = <T>(values: readonly T[]) => kept.map((i) => values[i]);
  return {
    clips: pick(clips),
    ...(labels && { labels: pick(labels) }),
    ...(targets && {
      targets: Float32Array.from(kept.flatMap((i) => [...targets.subarray(i * width, (i + 1) * width)])),
    }),
    ...(split && { split: pick(split) }),
    ...(group && { group: pick(group) }),
    ...(classes && { classes }),
    ...(picture && { picture }),
    ...(source !== undefined && { source }),
  };
}
