import { badInput } from '@movt/kernels';
import type { TrackSet, Tracks } from '@movt/tracker/tracks';
import { type Axes, checkShape, toClips } from './axes.ts';
import { classesOf, indexLabels } from './labels.ts';
import { type ReadOptions, refuseOptions } from './options.ts';

/** What the lines before @data say, as far as it matters. */
interface Header {
  /** The last field of a line, or none. */
  answer: 'class' | 'target' | 'none';
  classes?: string[];
}

/**
 * Reads multivariate series of the UEA archive (sktime's .ts): a line a series, its dimensions parted by colons, the
 * class or the target last. Dimensions are the numbers of a point after another: x and y of point 0, x and y of point
 * 1 …, or x, y, z of each, as `axes` says; it may be left out where the number of dimensions allows only one.
 *
 * @param source The file's name, for messages.
 * @returns Clips of any length, in the file's own coordinates.
 * @throws MovtError bad_input that names the line, dimension and frame
 */
export function readUea(text: string, source: string, options: ReadOptions): TrackSet {
  refuseOptions(options, ['split'], 'a .ts file');
  const refuse = (line: number, given: string, needed: string) =>
    badInput({ action: `reading line ${line} of ${source}`, given, needed });
  const header: Header = { answer: 'none' };
  const clips: Tracks[] = [];
  const answers: string[] = [];
  const lines: number[] = [];
  let axes: Axes | undefined;
  let dimensionCount = 0;
  let isData = false;
  for (const [i, content] of text.split('\n').entries()) {
    const line = content.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!isData) {
      isData = readDirective(line, header, (given, needed) => refuse(i + 1, given, needed));
      continue;
    }
    const fields = line.split(':');
    if (header.answer !== 'none') answers.push(fields.pop()!.trim());
    lines.push(i + 1);
    axes ??= chooseAxes(fields.length, options.axes, source);
    dimensionCount ||= fields.length;
    if (fields.length !== dimensionCount) {
      throw refuse(i + 1, `${fields.length} dimensions`, `${dimensionCount}, as in the first series`);
    }
    clips.push(readSeries(fields, axes, source, (given, needed) => refuse(i + 1, given, needed)));
  }
  if (clips.length === 0) {
    throw badInput({ action: `reading ${source}`, given: 'no series', needed: 'lines of numbers after @data' });
  }
  const where = (clip: number) => `line ${lines[clip]} of ${source}`;
  return {
    clips,
    ...(header.answer === 'class' && indexLabels(answers, header.classes ?? classesOf(answers), where)),
    ...(header.answer === 'target' && { targets: Float32Array.from(answers, (text, s) => target(text, where(s))) }),
    source,
  };
}

/** Reads a line that begins with @. True for @data, after which come the series. */
function readDirective(line: string, header: Header, refuse: (given: string, needed: string) => Error): boolean {
  const [name, value, ...names] = line.split(/\s+/);
  const isTrue = value?.toLowerCase() === 'true';
  switch (name.toLowerCase()) {
    case '@data':
      return true;
    case '@timestamps':
      if (isTrue) throw refuse('series with time stamps', 'numbers at even times: @timeStamps false');
      return false;
    case '@classlabel':
      if (isTrue) header.answer = 'class';
      if (names.length) header.classes = names;
      return false;
    case '@targetlabel':
      if (isTrue) header.answer = 'target';
      return false;
    default:
      if (name.startsWith('@')) return false;
      throw refuse(`'${line.slice(0, 80)}' before @data`, 'a line that begins with @ or #');
  }
}

function target(text: string, where: string): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw badInput({ action: `reading ${where}`, given: `the target '${text.slice(0, 80)}'`, needed: 'a finite number' });
}

function chooseAxes(dimensionCount: number, wanted: Axes | undefined, source: string): Axes {
  const fits = (axes: Axes) => dimensionCount > 0 && dimensionCount % axes.length === 0;
  const fitting = (['xy', 'xyz'] as const).filter(fits);
  if (wanted ? fits(wanted) : fitting.length === 1) return wanted ?? fitting[0];
  const choices = fitting.map((axes) => `${dimensionCount / axes.length} points of ${axes}`).join(' or ');
  throw badInput({
    action: `reading ${source}`,
    given: `${dimensionCount} dimensions${wanted ? ` and --axes ${wanted}` : ''}`,
    needed: choices ? `--axes: they may be ${choices}` : 'a multiple of 2 or 3: x, y or x, y, z of each point',
  });
}

function readSeries(
  fields: readonly string[],
  axes: Axes,
  source: string,
  refuse: (given: string, needed: string) => Error,
): Tracks {
  const D = fields.length;
  const N = D / axes.length;
  let T = 0;
  let values = new Float32Array(0);
  for (const [d, field] of fields.entries()) {
    const numbers = field.split(',');
    if (d === 0) {
      T = numbers.length;
      checkShape([1, T, N], source);
      values = new Float32Array(T * D);
    }
    if (numbers.length !== T) throw refuse(`${numbers.length} values in dimension ${d}`, `${T}, as in dimension 0`);
    for (const [t, text] of numbers.entries()) {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(value)) {
        const place = `dimension ${d} (${axes[d % axes.length]} of point ${Math.floor(d / axes.length)}), frame ${t}`;
        throw refuse(`'${text.trim().slice(0, 80)}' in ${place}`, 'a finite number: missing values are not filled in');
      }
      values[t * D + d] = value;
    }
  }
  return toClips(values, [1, T, N], axes, source)[0];
}
