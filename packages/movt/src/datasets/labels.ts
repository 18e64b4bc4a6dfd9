import { badInput } from '@movt/kernels';

/** Classes for these names, sorted, so that the order of the clips does not matter. */
export const classesOf = (names: readonly string[]): string[] => [...new Set(names)].sort();

/**
 * Class indices from names.
 *
 * @param where What the message calls a clip: its place in the file.
 * @throws MovtError bad_input for a name that is no class
 */
export function indexLabels(
  names: readonly string[],
  classes: readonly string[],
  where: (clip: number) => string,
): { labels: number[]; classes: string[] } {
  const indices = new Map(classes.map((name, index) => [name, index]));
  const labels = names.map((name, clip) => {
    const index = indices.get(name);
    if (index !== undefined) return index;
    throw badInput({
      action: `reading ${where(clip)}`,
      given: `the class ${JSON.stringify(name.slice(0, 80))}`,
      needed: `one of ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}`,
    });
  });
  return { labels, classes: [...classes] };
}
