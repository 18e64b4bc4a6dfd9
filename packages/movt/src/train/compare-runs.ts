import { badInput } from '@movt/kernels';
import { shown } from '../validate.ts';

/** The leaves of a value by their path: `plateau.factor`. */
function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  const isTree = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isTree) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path ? `${path}.${key}` : key));
}

/**
 * Refuses to go on with other settings than a run began with.
 * @param given what is asked for now: only what is there is compared
 * @param began what the run has
 * @throws MovtError bad_input with each setting that differs, and both values
 */
export function checkSameRun(given: object, began: object, folder: string): void {
  const stored = new Map(leaves(began, ''));
  const differing = leaves(given, '').filter(
    ([path, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(stored.get(path)),
  );
  if (differing.length === 0) return;
  throw badInput({
    action: `resuming ${folder}`,
    given: differing.map(([path, value]) => `${path} = ${shown(value)}`).join(', '),
    needed: `${differing.map(([path]) => `${path} = ${shown(stored.get(path))}`).join(', ')}, as the run began`,
    fix: 'Leave out what is not to change, or begin another run.',
  });
}
