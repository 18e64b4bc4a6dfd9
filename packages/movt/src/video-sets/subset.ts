import { badInput } from '@movt/kernels';
import { stripBrackets } from './ssv2.ts';
import { checkClasses, unknownClass } from './video-set.ts';

/**
 * Reads the classes of a subset, as "SSV2 temporal": a JSON list of names, or a name a line, in which lines that begin with # say nothing.
 * Names may stand as templates, with brackets.
 *
 * @param classes all that there are
 * @returns those of the subset, in the order of `classes`
 * @throws MovtError bad_input for a name that is no class, or is there twice; for an empty list
 */
export function parseSubset(text: string, classes: readonly string[], source: string): string[] {
  const names = readNames(text, source).map(stripBrackets);
  checkClasses(names, source);
  const [known, kept] = [new Set(classes), new Set(names)];
  const stranger = names.find((name) => !known.has(name));
  if (stranger !== undefined) throw badInput({ action: `reading ${source}`, ...unknownClass(stranger, classes) });
  return classes.filter((name) => kept.has(name));
}

function readNames(text: string, source: string): string[] {
  if (!text.trimStart().startsWith('[')) return linesOf(text).filter((line) => !line.startsWith('#'));
  // A template may begin with a bracket too.
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    if (/^\s*\[\s*["\]]/.test(text)) throw notAList(source);
    return linesOf(text).filter((line) => !line.startsWith('#'));
  }
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list.map((name) => name.trim());
  throw notAList(source);
}

const notAList = (source: string) =>
  badInput({
    action: `reading ${source}`,
    given: 'JSON that is no list of names',
    needed: '["a class", "another"], or a name a line',
  });

/** The lines of a text, trimmed, without the empty ones. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
