import { MovtError } from '@movt/kernels';
import { parseWith } from 'movt/validate';
import type * as v from 'valibot';
import { Refusal } from '../refusal.ts';

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
