import { BLUE, GREY, heading, PAPER } from '../evaluate/picture-style.ts';
import { Plot, renderPlot } from '../plot.ts';
import type { Spread } from '../statistics.ts';

const WIDTH = 720;
const LINE = 34;
const LETTER = 6.2;

/** What stands beside the rows. */
export interface ProbeWords {
  readonly title: string;
  /** Of the horizontal axis. */
  readonly label: string;
  /** A share to compare with. */
  readonly level: { readonly name: string; readonly value: number };
}

/**
 * Accuracies of several models as rows: each seed a dot, their mean a stroke.
 *
 * @param rows at least one; names differ
 * @returns SVG
 */
export function probePicture(
  rows: readonly { readonly name: string; readonly spread: Spread }[],
  { title, label, level }: ProbeWords,
): string {
  const names = rows.map(({ name }) => name);
  const seeds = rows.flatMap(({ name, spread: { values } }) => values.map((value) => ({ name, value })));
  const means = rows.map(({ name, spread: { mean } }) => ({ name, mean, text: `${(100 * mean).toFixed(1)} %` }));
  return renderPlot({
    width: WIDTH,
    height: 110 + LINE * rows.length,
    marginTop: 44,
    marginBottom: 44,
    marginLeft: 20 + LETTER * Math.max(...names.map(({ length }) => length)),
    style: PAPER,
    x: { domain: [0, 1], tickFormat: '.0%', ticks: 5, grid: true, label },
    y: { type: 'band', domain: names, label: null },
    marks: [
      Plot.ruleX([level.value], { stroke: 'black', strokeDasharray: '5 4' }),
      Plot.text([level.name], { x: () => level.value, frameAnchor: 'bottom', dx: 4, dy: -6, textAnchor: 'start' }),
      Plot.dot(seeds, { x: 'value', y: 'name', fill: BLUE, fillOpacity: 0.6, r: 4 }),
      Plot.tickX(means, { x: 'mean', y: 'name', stroke: BLUE, strokeWidth: 2.5 }),
      Plot.text(means, { x: 'mean', y: 'name', text: 'text', dx: 8, dy: -10, textAnchor: 'start' }),
      heading(title),
      Plot.frame({ stroke: GREY }),
    ],
  });
}
