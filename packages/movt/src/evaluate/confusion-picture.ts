import { Plot, renderPlot } from '../plot.ts';
import { GREY, PAPER } from './picture-style.ts';

/** Pixels of a cell of a confusion matrix, and of the whole one where there are many classes. */
const CELL = { least: 3, most: 34 };
const MATRIX_SIDE = 1400;
/** Pixels that a count needs, and a line of names. */
const COUNT_SIDE = 24;
const LINE = 12;
const LETTER = 5.6;
const LONGEST_NAME = 24;

/**
 * A confusion matrix: true classes down, predicted ones across. Shades tell shares of the true class, figures counts.
 *
 * @param confusion [true class][predicted class] counts
 * @param classes a name for each
 * @returns SVG
 */
export function confusionPicture(confusion: readonly (readonly number[])[], classes: readonly string[]): string {
  const names = distinctNames(classes);
  const cells = confusion.flatMap((row, label) => {
    const total = row.reduce((a, b) => a + b);
    const filled = row.flatMap((count, predicted) => (count > 0 ? [{ count, predicted }] : []));
    return filled.map(({ count, predicted }) => ({
      label: names[label],
      predicted: names[predicted],
      count,
      share: count / total,
    }));
  });
  const cell = Math.min(CELL.most, Math.max(CELL.least, Math.floor(MATRIX_SIDE / names.length)));
  const every = Math.ceil(LINE / cell);
  const ticks = names.filter((_, i) => i % every === 0);
  const margin = { wide: 34 + LETTER * Math.max(...names.map((name) => name.length)), narrow: 20 };
  const side = cell * names.length + margin.wide + margin.narrow;
  const counts = Plot.text(cells, {
    x: 'predicted',
    y: 'label',
    text: 'count',
    fill: ({ share }: { share: number }) => (share > 0.5 ? 'white' : 'black'),
  });
  return renderPlot({
    width: side,
    height: side,
    marginTop: margin.narrow,
    marginRight: margin.narrow,
    marginBottom: margin.wide,
    marginLeft: margin.wide,
    style: PAPER,
    padding: 0,
    x: { domain: names, ticks, tickRotate: -90, label: 'predicted class' },
    y: { domain: names, ticks, label: 'true class' },
    color: { scheme: 'blues', domain: [0, 1] },
    marks: [
      Plot.cell(cells, { x: 'predicted', y: 'label', fill: 'share' }),
      ...(cell >= COUNT_SIDE ? [counts] : []),
      Plot.frame({ stroke: GREY }),
    ],
  });
}

/** Names cut to a bearable length; told apart by their number where they are the same. */
function distinctNames(classes: readonly string[]): string[] {
  const short = classes.map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name));
  const seen = new Map<string, number>();
  for (const name of short) seen.set(name, (seen.get(name) ?? 0) + 1);
  return short.map((name, i) => (seen.get(name) === 1 ? name : `${name} (${i})`));
}
