import { badInput } from '@movt/kernels';
import * as v from 'valibot';
import { shown } from '../validate.ts';
import { checkClasses, type Entry, MOST_VIDEOS, parseId } from './video-set.ts';

/** `Putting [something] on [something]` to the class `Putting something on something`. */
export const stripBrackets = (template: string): string => template.replace(/[[\]]/g, '').trim();

/**
 * Reads the classes of Something-Something-V2: `{ "class": "0", … }`, names to indices, which the file gives as strings.
 *
 * @returns the names in the order of their indices
 * @throws MovtError bad_input for indices that are not 0, 1, … each once
 */
export function parseSsv2Classes(text: string, source: string): string[] {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  const value = parseJson(text, source);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse(shown(value), '{ "class": "index" }');
  const entries = Object.entries(value);
  const classes = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [name, given] of entries) {
    const index = typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : given;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= classes.length) {
      throw refuse(`${shown(name)}: ${shown(given)}`, `an index of 0 to ${classes.length - 1}`);
    }
    const other = classes[index];
    if (other !== undefined) throw refuse(`the index ${index} for ${shown(other)} and ${shown(name)}`, 'each once');
    classes[index] = stripBrackets(name);
  }
  checkClasses(classes as string[], source);
  return classes as string[];
}

const ENTRY = v.object({ id: v.union([v.string(), v.number()]), template: v.optional(v.string()) });

/**
 * Reads a list of Something-Something-V2: `[{ "id", "label", "template", "placeholders" }, …]`. The class is the template without its
 * brackets; `label` has the things filled in. A test list has ids alone.
 *
 * @throws MovtError bad_input that names the entry
 */
export function parseSsv2Videos(text: string, source: string, isTest: boolean): Entry[] {
  const list = parseJson(text, source);
  if (!Array.isArray(list))
    throw badInput({ action: `reading ${source}`, given: shown(list), needed: 'a list of videos' });
  if (list.length > MOST_VIDEOS) {
    throw badInput({ action: `reading ${source}`, given: `${list.length} videos`, needed: `at most ${MOST_VIDEOS}` });
  }
  return list.map((value, i) => {
    const where = `entry ${i} of ${source}`;
    const { success, output } = v.safeParse(ENTRY, value);
    if (!success || (output.template === undefined && !isTest)) {
      const needed = isTest ? '{ "id" }' : '{ "id", "template" }, both strings';
      throw badInput({ action: `reading ${where}`, given: shown(value), needed });
    }
    const { id, template } = output;
    return { id: parseId(id, where), ...(template !== undefined && { label: stripBrackets(template) }), where };
  });
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw badInput({
      action: `reading ${source}`,
      given: `no JSON (${(error as Error).message.slice(0, 80)})`,
      needed: 'JSON that is whole',
    });
  }
}
