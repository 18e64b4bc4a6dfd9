import { MovtError } from '@movt/kernels';
import { parseWith } from 'movt/validate';
import * as v from 'valibot';
import { Refusal } from '../refusal.ts';

/** An object with these keys, and others, which are let through. */
export const withKeys = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.looseObject(entries, ({ path, input }) => (path && input === undefined ? 'a value' : 'an object'));

/**
 * A stranger's JSON, checked.
 * @param action what is being done, for the message
 * @throws Refusal 400 with the key, its value and what is allowed
 */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  action: string,
): v.InferOutput<Schema> {
  try {
    return parseWith(schema, value, action);
  } catch (error) {
    throw error instanceof MovtError ? new Refusal(400, error.message) : error;
  }
}
