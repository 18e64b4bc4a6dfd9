import { badInput } from '@movt/kernels';
import type { TrackSet } from '@movt/tracker/tracks';

/** A set and the file that it came from. */
export interface NamedSet {
  file: string;
  set: TrackSet;
}

const LISTS = ['labels', 'targets', 'split', 'group'] as const;

/**
 * Puts sets together in their order. The picture is kept where all have the same.
 *
 * @param source The whole's name, for messages and as its `source`; that of the one set where there is only one.
 * @throws MovtError bad_input naming two files that disagree in classes, in number of targets, or in having a list
 */
export function joinSets(sets: readonly NamedSet[], source: string): TrackSet {
  const [first] = sets;
  const refuse = (file: string, given: string, needed: string) =>
    badInput({ action: `reading ${file}`, given, needed });
  for (const { file, set } of sets) {
    for (const name of LISTS) {
      if (!set[name] === !first.set[name]) continue;
      const [has, lacks] = set[name] ? [file, first.file] : [first.file, file];
      throw refuse(lacks, `no ${name}`, `them, since ${has} has them: all files of a set or none`);
    }
    if (JSON.stringify(set.classes) !== JSON.stringify(first.set.classes)) {
      throw refuse(file, `classes ${show(set.classes)}`, `${show(first.set.classes)}, as in ${first.file}`);
    }
    if (targetCount(set) !== targetCount(first.set)) {
      throw refuse(file, `${targetCount(set)} targets a clip`, `${targetCount(first.set)}, as in ${first.file}`);
    }
  }
  const { classes, picture } = first.set;
  const isOnePicture = sets.every(({ set }) => JSON.stringify(set.picture) === JSON.stringify(picture));
  const listed = <Key extends 'labels' | 'split' | 'group'>(key: Key) =>
    first.set[key] && { [key]: sets.flatMap(({ set }) => set[key]!) };
  return {
    clips: sets.flatMap(({ set }) => set.clips),
    ...listed('labels'),
    ...(first.set.targets && { targets: Float32Array.from(sets.flatMap(({ set }) => [...set.targets!])) }),
    ...listed('split'),
    ...listed('group'),
    ...(classes && { classes }),
    ...(picture && isOnePicture && { picture }),
    source: sets.length > 1 ? source : (first.set.source ?? source),
  };
}

const targetCount = (set: TrackSet): number => (set.targets?.length ?? 0) / set.clips.length;

function show(classes: readonly string[] | undefined): string {
  if (!classes) return '(none)';
  const text = classes.join(', ');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
