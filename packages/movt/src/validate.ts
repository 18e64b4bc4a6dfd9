import { badInput } from '@movt/kernels';
import * as v from 'valibot';

/** A whole number within bounds. */
export const whole = (lowest: number, highest: number) => {
  const allowed = `a whole number of ${lowest} to ${highest}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(lowest, allowed), v.maxValue(highest, allowed));
};

/** A finite number that `isAllowed`; `allowed` says so in words. */
export const real = (allowed: string, isAllowed: (value: number) => boolean) =>
  v.pipe(v.number(allowed), v.finite(allowed), v.check(isAllowed, allowed));

/** An object with these keys and no other. */
export const record = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ path, expected, input }) => {
    if (expected === 'never') return `no such key: the keys are ${Object.keys(entries).join(', ')}`;
    return path && input === undefined ? 'a value' : 'an object';
  });

/** A value as an error message shows it: JSON, cut off where a hostile file made it long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/**
 * A value that came from outside, checked.
 * @param action what is being done, for the message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseWith<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  action: string,
): v.InferOutput<Schema> {
  // A list is an object to valibot, one without keys.
  if (Array.isArray(value)) throw badInput({ action, given: shown(value), needed: 'an object' });
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = v.getDotPath(issue);
  const given = key === null ? shown(value) : `${key} = ${shown(issue.path!.at(-1)!.value)}`;
  throw badInput({ action, given, needed: issue.message });
}
