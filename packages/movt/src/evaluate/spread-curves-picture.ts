import { Plot, renderPlot } from '../plot.ts';
import type { Spread } from '../statistics.ts';
import { GREY, heading, legend, markOf, PAPER } from './picture-style.ts';

const WIDTH = 760;
const HEIGHT = 440;
const MARGIN = { top: 44, bottom: 44, left: 60 };

/** What one model does along the axis of a study. */
export interface SpreadCurve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly spread: Spread }[];
}

/** What a study's axes are. */
export interface CurveAxes {
  readonly title: string;
  /** Name of the horizontal axis, whose values are shares. */
  readonly x: string;
  /** Name of the vertical one, such as `top-1`. */
  readonly y: string;
  /** A value to compare with, such as chance. */
  readonly level?: { readonly name: string; readonly value: number };
}

/**
 * Curves over shares: the mean of the seeds as a line, each seed as a dot, one standard deviation to either side as a band.
 *
 * @param curves at least one
 * @returns SVG
 */
export function spreadCurvesPicture(curves: readonly SpreadCurve[], { title, x, y, level }: CurveAxes): string {
  const { marks, margin } = legend(
    curves.map(({ name }) => name),
    HEIGHT - MARGIN.top - MARGIN.bottom,
  );
  const shares = [...new Set(curves.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  return renderPlot({
    width: WIDTH + margin,
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight: margin,
    style: PAPER,
    x: { label: x, ticks: shares, tickFormat: '.0%', grid: true, inset: 6 },
    y: { label: y, domain: [0, 1], tickFormat: '.0%', grid: true, ticks: 5 },
    marks: [
      ...(level ? levelMarks(level) : []),
      ...curves.flatMap((curve, i) => curveMarks(curve, i)),
      ...marks,
      heading(title),
      Plot.frame({ stroke: GREY }),
    ],
  });
}

function curveMarks({ points }: SpreadCurve, i: number) {
  const { color, symbol } = markOf(i);
  const means = points.map(({ x, spread: { mean, sd } }) => ({
    x,
    mean,
    low: Math.max(0, mean - (sd ?? 0)),
    high: Math.min(1, mean + (sd ?? 0)),
  }));
  const seeds = points.flatMap(({ x, spread: { values } }) => values.map((value) => ({ x, value })));
  return [
    Plot.areaY(means, { x: 'x', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.15 }),
    Plot.line(means, { x: 'x', y: 'mean', stroke: color, strokeWidth: 2 }),
    Plot.dot(seeds, { x: 'x', y: 'value', fill: color, symbol, r: 3, fillOpacity: 0.7 }),
  ];
}

function levelMarks({ name, value }: { readonly name: string; readonly value: number }) {
  return [
    Plot.ruleY([value], { stroke: 'black', strokeDasharray: '5 4' }),
    Plot.text([name], {
      frameAnchor: 'right',
      y: () => value,
      dy: -8,
      dx: -6,
      textAnchor: 'end',
      stroke: 'white',
      fill: 'black',
    }),
  ];
}
