import { badInput } from '@movt/kernels';

/** A video of a set. */
export interface LabelledVideo {
  readonly id: string;
  /** The file, or the folder of its frames. */
  readonly path: string;
  /** Index into the set's classes. */
  readonly label: number;
  /** 0 train, 1 validation, 2 test. */
  readonly part: number;
}

/** A video set on disk: what is known of its videos before one is opened. */
export interface VideoSet {
  readonly classes: readonly string[];
  /** Train, then validation, then test, in the order of their lists. */
  readonly videos: readonly LabelledVideo[];
  /** What the user should know: clips that are left out. */
  readonly notes: readonly string[];
}

/** A line of a list of videos; where it is, for messages. */
export interface Entry {
  readonly id: string;
  /** The class's name; none in a test list without answers. */
  readonly label?: string;
  /** `row 3 of jester-v1-train.csv`. */
  readonly where: string;
}

/** Most videos that a list may name. */
export const MOST_VIDEOS = 2 ** 21;

/**
 * Joins the lists of a set's parts.
 *
 * @param parts entries of train, validation and test
 * @param kept the classes to keep, from `parseSubset`; left out: all
 * @param pathOf where a video lies
 * @throws MovtError bad_input, naming the entry, for an id that is given twice and for a label that is no class; where nothing is left
 */
export function joinParts(
  parts: readonly (readonly Entry[])[],
  classes: readonly string[],
  kept: readonly string[] | undefined,
  pathOf: (id: string) => string,
): VideoSet {
  const known = new Map(classes.map((name) => [name, -1]));
  for (const [index, name] of (kept ?? classes).entries()) known.set(name, index);
  const seen = new Map<string, string>();
  const videos: LabelledVideo[] = [];
  let unlabelled = 0;
  for (const [part, entries] of parts.entries()) {
    for (const { id, label, where } of entries) {
      const earlier = seen.get(id);
      if (earlier !== undefined) {
        throw badInput({
          action: `reading ${where}`,
          given: `the id ${id}, which is ${earlier} too`,
          needed: 'each id once',
        });
      }
      seen.set(id, where);
      if (label === undefined) {
        unlabelled++;
        continue;
      }
      const index = known.get(label);
      if (index === undefined) throw badInput({ action: `reading ${where}`, ...unknownClass(label, classes) });
      if (index >= 0) videos.push({ id, path: pathOf(id), label: index, part });
    }
  }
  if (videos.length === 0) {
    const needed = `at least one with a label${kept ? ' of the subset' : ''}`;
    throw badInput({ action: 'reading the lists of videos', given: `${seen.size} videos, none to be used`, needed });
  }
  const notes = unlabelled ? [`${unlabelled} videos have no label and are left out.`] : [];
  return { classes: kept ?? classes, videos, notes };
}

/** The words for a name that is no class. */
export function unknownClass(name: string, classes: readonly string[]): { given: string; needed: string } {
  const some = classes.slice(0, 8).join(', ');
  return {
    given: `the class ${JSON.stringify(name.slice(0, 80))}`,
    needed: `one of the ${classes.length} of the list of classes: ${some}${classes.length > 8 ? ', …' : ''}`,
  };
}

/**
 * Checks a video's id, which becomes a part of a path.
 *
 * @throws MovtError bad_input for what could name a file elsewhere
 */
export function parseId(value: unknown, where: string): string {
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(id)) return id;
  const given = `the id ${`${JSON.stringify(value)}`.slice(0, 80)}`;
  throw badInput({ action: `reading ${where}`, given, needed: 'letters, digits, _ and - alone' });
}

/** Refuses a list that holds a name twice, or nothing. */
export function checkClasses(classes: readonly string[], source: string): void {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  if (classes.length === 0) throw refuse('no class', 'a name a line');
  const seen = new Set<string>();
  const twice = classes.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw refuse(`the class ${JSON.stringify(twice)} twice`, 'each once');
}
