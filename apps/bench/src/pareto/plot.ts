import type { PaperPoint } from 'movt/paper';
import { Plot, renderPlot } from 'movt/plot';
import { SERIES } from '../experiment/series.ts';
import { short } from '../report/numbers.ts';
import { type Axis, axisName, costOn } from './axes.ts';
import { spreadText } from './figures.ts';
import { paretoFront } from './front.ts';
import { logTicks, type PlotFrame } from './plot-frame.ts';
import { type Label, labelAll } from './plot-labels.ts';
import type { ParetoPoint, ParetoReport } from './report.ts';
import { LOOK, seriesClass } from './series.ts';

/** How a picture is made: for a page that links each point to its row, for a phone, or to stand alone. */
export interface PlotForm {
  readonly width: number;
  readonly height: number;
  /** Ticks that fit on the cost's axis. */
  readonly ticks: number;
  /** The front's points are named in words where there is room, not by their number alone. */
  readonly words: boolean;
  /** Says within the picture what it shows, in black on white, and links nothing. */
  readonly alone: boolean;
}

export const WIDE: PlotForm = { width: 1180, height: 580, ticks: 9, words: true, alone: false };
export const NARROW: PlotForm = { width: 370, height: 400, ticks: 4, words: false, alone: false };
export const ALONE: PlotForm = { ...WIDE, alone: true };

const MARGIN = { top: 34, right: 16, bottom: 42, left: 46 };
const INSET = 10;
const LINE = 15;
/** Letters of a name within the picture; longer ones are left to the table. */
const LONGEST_NAME = 54;
const GREY = '#8a8f98';
const PAPER_CLASS = seriesClass('paper');

/** The anchor of a point's row in the page. */
export const rowId = ({ key }: ParetoPoint) => `point-${key}`;

interface Placed {
  readonly point: ParetoPoint;
  readonly number: string;
  readonly cost: number;
  /** Percent, and the range of its seeds. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly onFront: boolean;
}

interface Foreign extends PaperPoint {
  readonly cost: number;
  readonly accuracy: number;
}

/**
 * Top-1 over cost on a logarithmic axis: every point with the range of its seeds, numbered as in the report's order, and the front
 * as steps.
 *
 * @param paper Figures of the paper to draw beside ours, hollow and grey; they are thop's of the model alone.
 * @returns SVG
 */
export function paretoPlot(
  report: ParetoReport,
  axis: Axis,
  form: PlotForm,
  paper: readonly PaperPoint[] = [],
): string {
  const placed = placePoints(report.points, axis);
  const foreign = paper.map((point): Foreign => ({ ...point, cost: point.thopG, accuracy: 100 * point.top1 }));
  const frame = frameOf(placed, foreign, form);
  const front = placed.filter(({ onFront }) => onFront).sort((a, b) => a.cost - b.cost);
  const steps = [...front, { cost: frame.x[1], accuracy: front[front.length - 1].accuracy }];
  const labels = nameAll(placed, foreign, steps, frame, form.words);
  const labelsOf = (name: string) => labels.filter(({ className }) => className === name);
  const shown = SERIES.map((series) => ({
    series,
    ...LOOK[series],
    className: seriesClass(series),
    points: placed.filter(({ point }) => point.series === series),
  })).filter(({ points }) => points.length > 0);
  const ticks = logTicks(frame.x, form.ticks);

  return renderPlot({
    width: form.width,
    height: form.height,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    inset: INSET,
    style: { fontSize: '11px', ...(form.alone ? { background: 'white', color: 'black' } : { background: 'none' }) },
    ariaLabel: `Top-1 over ${axisName(axis)}`,
    x: { type: 'log', domain: frame.x, axis: null },
    y: { domain: frame.y, grid: true, label: '↑ top-1 on the test clips, %' },
    marks: [
      Plot.gridX(ticks),
      Plot.axisX(ticks, {
        text: ticks.map(short),
        label: `${axisName(axis)} →`,
        labelAnchor: 'center',
        labelOffset: 36,
        labelArrow: 'none',
      }),
      Plot.line(steps, { x: 'cost', y: 'accuracy', curve: 'step-after', stroke: 'currentColor', strokeOpacity: 0.55 }),
      ...shown.map(({ points, colour, className }) => {
        const spread = points.filter(({ low, high }) => high > low);
        return Plot.ruleX(spread, { x: 'cost', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.5, className });
      }),
      ...(foreign.length > 0 ? [paperDots(foreign), textMark(labelsOf(PAPER_CLASS), PAPER_CLASS, GREY)] : []),
      ...shown.flatMap(({ points, colour, symbol, className }) =>
        [false, true].map((onFront) =>
          Plot.dot(
            points.filter((point) => point.onFront === onFront),
            {
              x: 'cost',
              y: 'accuracy',
              symbol: symbol as Plot.SymbolType,
              r: 5,
              fill: colour,
              fillOpacity: 0.85,
              stroke: onFront ? 'currentColor' : 'none',
              className,
              title: (one: Placed) => describe(one, axis),
              ...(!form.alone && { href: ({ point }: Placed) => `#${rowId(point)}` }),
            },
          ),
        ),
      ),
      ...shown.map(({ className }) => textMark(labelsOf(className), className, 'currentColor')),
      ...(form.alone ? legend(report, shown) : []),
    ],
  });
}

function placePoints(points: readonly ParetoPoint[], axis: Axis): Placed[] {
  const costs = points.map((point) => costOn(point, axis));
  const front = new Set(paretoFront(points.map(({ top1 }, i) => ({ cost: costs[i], accuracy: top1.mean }))));
  return points.map((point, i) => {
    const { mean, seeds } = point.top1;
    return {
      point,
      number: String(i + 1),
      cost: costs[i],
      accuracy: 100 * mean,
      low: 100 * Math.min(mean, ...seeds),
      high: 100 * Math.max(mean, ...seeds),
      onFront: front.has(i),
    };
  });
}

function frameOf(placed: readonly Placed[], foreign: readonly Foreign[], { width, height }: PlotForm): PlotFrame {
  const costs = [...placed, ...foreign].map(({ cost }) => cost);
  const heights = [...placed.flatMap(({ low, high }) => [low, high]), ...foreign.map(({ accuracy }) => accuracy)];
  const left = MARGIN.left + INSET;
  const top = MARGIN.top + INSET;
  return {
    left,
    top,
    width: width - left - MARGIN.right - INSET,
    height: height - top - MARGIN.bottom - INSET,
    x: [Math.min(...costs) / 1.25, Math.max(...costs) * 1.25],
    y: [
      Math.max(0, 10 * Math.floor((Math.min(...heights) - 2) / 10)),
      Math.min(100, 10 * Math.ceil((Math.max(...heights) + 2) / 10)),
    ],
  };
}

/** Names for all that is drawn; the front's points choose their places first, and the paper's last. */
function nameAll(
  placed: readonly Placed[],
  foreign: readonly Foreign[],
  steps: readonly { cost: number; accuracy: number }[],
  frame: PlotFrame,
  words: boolean,
): Label[] {
  const bars = placed.map(({ cost, low, high }) => ({ from: { cost, accuracy: low }, to: { cost, accuracy: high } }));
  const front = steps.slice(1).flatMap((to, i) => {
    const corner = { cost: to.cost, accuracy: steps[i].accuracy };
    return [
      { from: steps[i], to: corner },
      { from: corner, to },
    ];
  });
  const own = placed.map(({ point, number, cost, accuracy, onFront }) => {
    const name = `${number} ${point.label}`;
    const inWords = words && onFront && name.length <= LONGEST_NAME;
    return {
      cost,
      accuracy,
      onFront,
      names: [...(inWords ? [name] : []), number],
      className: seriesClass(point.series),
    };
  });
  own.sort((a, b) => Number(b.onFront) - Number(a.onFront));
  const others = foreign.map(({ cost, accuracy, dataset }) => ({
    cost,
    accuracy,
    names: [dataset[0]],
    className: PAPER_CLASS,
  }));
  return labelAll([...own, ...others], [...bars, ...front], frame);
}

/** What a tooltip says of a point. */
function describe({ point, number, cost, onFront }: Placed, axis: Axis): string {
  const { label, top1, detail } = point;
  const lines = [`${number} ${label}`, `top-1 ${spreadText(top1)}`, `${short(cost)} ${axisName(axis)}`];
  if (detail) lines.push(detail);
  if (onFront) lines.push('on the front');
  return lines.join('\n');
}

const textMark = (labels: readonly Label[], className: string, fill: string) =>
  Plot.text(labels, { x: 'cost', y: 'accuracy', text: 'text', textAnchor: 'start', fill, className });

function paperDots(foreign: readonly Foreign[]) {
  const symbols: Record<string, string> = Object.fromEntries(SERIES.map((series) => [series, LOOK[series].symbol]));
  return Plot.dot(foreign, {
    x: 'cost',
    y: 'accuracy',
    symbol: ({ series }: Foreign) => symbols[series] ?? 'circle',
    r: 4,
    stroke: GREY,
    className: PAPER_CLASS,
    title: ({ label, thopG, top1 }: Foreign) =>
      `the paper, ${label}\n${(100 * top1).toFixed(2)} % at ${thopG} G by thop, model\nother data: not comparable`,
  });
}

/** What a picture that stands alone has to say of itself. */
function legend(
  { data, fingerprint }: ParetoReport,
  shown: readonly { series: string; colour: string; glyph: string }[],
) {
  const lines = [
    ...shown.map(({ series, colour, glyph }) => ({ text: `${glyph} ${series}`, colour })),
    { text: 'line: the front; outlined: on it', colour: 'black' },
    { text: 'bars: least to greatest seed', colour: 'black' },
  ];
  return [
    ...lines.map(({ text, colour }, i) =>
      Plot.text([text], {
        frameAnchor: 'bottom-right',
        dx: -16,
        dy: -16 - (lines.length - 1 - i) * LINE,
        fill: colour,
      }),
    ),
    Plot.text([`${data.test} test clips of ${data.source}; ${fingerprint.driver}`], {
      frameAnchor: 'top-right',
      dy: -24,
      fill: GREY,
    }),
  ];
}
