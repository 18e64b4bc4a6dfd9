import { badInput } from '@movt/kernels';
import { type Entry, MOST_VIDEOS, parseId } from './video-set.ts';

/**
 * Reads a list of Jester, `id;label` a line. In a test list without answers a line is an id alone. Labels may hold commas and quotes, which
 * mean nothing: the files are not quoted.
 *
 * @param source the file's name, for messages
 * @param isTest whether lines without a label are allowed
 * @throws MovtError bad_input that names the row
 */
export function parseIdLabels(text: string, source: string, isTest: boolean): Entry[] {
  const entries: Entry[] = [];
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const where = `row ${i + 1} of ${source}`;
    const refuse = (given: string, needed: string) => badInput({ action: `reading ${where}`, given, needed });
    if (entries.length === MOST_VIDEOS) throw refuse('one more video', `at most ${MOST_VIDEOS} of them`);
    const cells = line.split(';').map((cell) => cell.trim());
    const [id, label] = cells;
    if (cells.length > 2 || (label === undefined && !isTest) || label === '') {
      const needed = isTest ? 'id;label, or an id alone' : 'id;label';
      throw refuse(JSON.stringify(line.trim().slice(0, 80)), needed);
    }
    entries.push({ id: parseId(id, where), ...(label !== undefined && { label }), where });
  }
  return entries;
}
