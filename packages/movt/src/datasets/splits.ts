import { badInput } from '@movt/kernels';

/** What a file of others may call the parts of a split, and our number for each. */
const PARTS = new Map<unknown, number>([
  ['train', 0],
  ['validation', 1],
  ['val', 1],
  ['test', 2],
  ...[0, 1, 2].flatMap((part): [unknown, number][] => [
    [part, part],
    [`${part}`, part],
  ]),
]);

/** Whether a list, array or column by this name says which part of the data each clip belongs to. */
export const isSplitName = (name: string): boolean => /^split/i.test(name);

/**
 * The number of a part.
 *
 * @param where What the message calls the place: `split of clip 3 in x.json`.
 * @throws MovtError bad_input for what is no part
 */
export function parsePart(value: unknown, where: string): number {
  const part = PARTS.get(value);
  if (part !== undefined) return part;
  const given = `${JSON.stringify(value)}`.slice(0, 80);
  throw badInput({ action: `reading the ${where}`, given, needed: 'train, validation or test (or 0, 1 or 2)' });
}

/**
 * The split that was asked for by name, or the only one. None where there is none and none was asked for.
 *
 * @throws MovtError bad_input with the names that there are
 */
export function chooseSplit(names: readonly string[], wanted: string | undefined, source: string): string | undefined {
  if (wanted === undefined ? names.length < 2 : names.includes(wanted)) return wanted ?? names[0];
  throw badInput({
    action: `choosing a split of ${source}`,
    given: wanted === undefined ? `${names.length} of them` : `--split ${wanted}`,
    needed: names.length ? `--split with one of ${names.join(', ')}` : 'no --split: it has none by name',
  });
}
