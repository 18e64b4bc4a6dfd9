import { badInput } from '@movt/kernels';
import type { TrackSet } from '@movt/tracker/tracks';
import { type ClipRows, toTracks } from './csv-clip.ts';
import { type RefuseRow, readRows } from './csv-rows.ts';
import { classesOf, indexLabels } from './labels.ts';
import { type ReadOptions, refuseOptions } from './options.ts';
import { chooseSplit, isSplitName, parsePart } from './splits.ts';

const NEEDED = ['clip', 'frame', 'point', 'x', 'y'];
const OPTIONAL = ['occluded', 'label', 'group'];
const FLAGS = new Map([
  ['0', 0],
  ['false', 0],
  ['1', 1],
  ['true', 1],
]);

/** What must be the same in all rows of a clip, and the column that says it. */
type Facts = Map<'label' | 'group' | 'split', string>;

/**
 * Reads tracks in long form, a row a point: a header with the columns clip, frame, point, x, y, perhaps occluded (0, 1,
 * true or false), label (names, or indices), group and split…, in any order; rows in any order. Frames are whole
 * numbers without a gap; clips, points and groups may have names. Clips may differ in frames and points.
 *
 * @param source The file's name, for messages.
 * @returns Clips as they first appear, in the file's own coordinates.
 * @throws MovtError bad_input that names the row, or the clip, frame and point that are missing or there twice
 */
export function readCsv(text: string, source: string, options: ReadOptions): TrackSet {
  refuseOptions(options, ['axes'], 'a .csv file');
  const clips = new Map<string, { rows: ClipRows; facts: Facts }>();
  const points = new Map<string, number>();
  readRows(text, source, (header, refuse) => {
    const { place, factColumns } = readHeader(header, options.split, source, refuse);
    return (cells, refuse) => {
      const cell = (column: string) => cells[place.get(column)!];
      const facts: Facts = new Map(Array.from(factColumns, ([fact, column]) => [fact, cell(column)]));
      const clip = clips.get(cell('clip')) ?? { rows: { frames: [], points: [], values: [] }, facts };
      clips.set(cell('clip'), clip);
      for (const [fact, value] of facts) {
        if (value === '') throw refuse(`no ${fact}`, 'one in each row, or no such column');
        if (value === clip.facts.get(fact)) continue;
        throw refuse(`${fact} '${value.slice(0, 80)}'`, `'${clip.facts.get(fact)}', as in the clip's first row`);
      }
      const point = points.get(cell('point')) ?? points.size;
      points.set(cell('point'), point);
      const { rows } = clip;
      rows.frames.push(wholeNumber(cell('frame'), refuse));
      rows.points.push(point);
      rows.values.push(number('x', cell('x'), refuse), number('y', cell('y'), refuse));
      rows.values.push(place.has('occluded') ? flag(cell('occluded'), refuse) : 0);
    };
  });
  if (clips.size === 0) throw badInput({ action: `reading ${source}`, given: 'no row', needed: 'a header and rows' });

  const names = [...clips.keys()];
  const where = (clip: number) => `clip '${names[clip]}' of ${source}`;
  const all = [...clips.values()];
  const pointNames = [...points.keys()];
  const fact = (name: 'label' | 'group' | 'split') =>
    all[0].facts.has(name) ? all.map(({ facts }) => facts.get(name)!) : undefined;
  const [labels, group, split] = [fact('label'), fact('group'), fact('split')];
  return {
    clips: all.map(({ rows }, s) => toTracks(rows, pointNames, where(s))),
    ...(labels && (indices(labels) ?? indexLabels(labels, classesOf(labels), where))),
    ...(split && { split: split.map((part, s) => parsePart(part, `split of ${where(s)}`)) }),
    ...(group && { group: (indices(group) ?? indexLabels(group, classesOf(group), where)).labels }),
    source,
  };
}

/** Names that are all whole numbers are indices already. */
function indices(names: readonly string[]): { labels: number[] } | undefined {
  return names.every((name) => /^\d{1,9}$/.test(name)) ? { labels: names.map(Number) } : undefined;
}

interface Header {
  /** Where in a row each column is. */
  place: Map<string, number>;
  factColumns: Map<'label' | 'group' | 'split', string>;
}

function readHeader(header: readonly string[], wanted: string | undefined, source: string, refuse: RefuseRow): Header {
  const place = new Map<string, number>();
  for (const [i, name] of header.map((name) => name.toLowerCase()).entries()) {
    if (!NEEDED.includes(name) && !OPTIONAL.includes(name) && !isSplitName(name)) {
      throw refuse(`the column '${name.slice(0, 80)}'`, `${[...NEEDED, ...OPTIONAL].join(', ')} and split… only`);
    }
    if (place.has(name)) throw refuse(`the column '${name}' twice`, 'each column once');
    place.set(name, i);
  }
  const missing = NEEDED.find((name) => !place.has(name));
  if (missing) throw refuse(`a header without '${missing}'`, `the columns ${NEEDED.join(', ')}`);
  const split = chooseSplit([...place.keys()].filter(isSplitName), wanted, source);
  const factColumns: Header['factColumns'] = new Map();
  for (const fact of ['label', 'group'] as const) if (place.has(fact)) factColumns.set(fact, fact);
  if (split !== undefined) factColumns.set('split', split);
  return { place, factColumns };
}

function number(column: string, text: string, refuse: RefuseRow): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw refuse(`${column} = '${text.slice(0, 80)}'`, 'a finite number');
}

function wholeNumber(text: string, refuse: RefuseRow): number {
  const value = number('frame', text, refuse);
  if (Number.isSafeInteger(value)) return value;
  throw refuse(`frame = ${value}`, 'a whole number');
}

function flag(text: string, refuse: RefuseRow): number {
  const value = FLAGS.get(text.toLowerCase());
  if (value !== undefined) return value;
  throw refuse(`occluded = '${text.slice(0, 80)}'`, '0 or false (visible), 1 or true (hidden)');
}
