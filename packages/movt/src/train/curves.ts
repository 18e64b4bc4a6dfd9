import { BLUE, GREY, heading, PAPER, RED } from '../evaluate/picture-style.ts';
import { stackPanels } from '../evaluate/stack-panels.ts';
import { Plot, renderPlot } from '../plot.ts';
import { bestEpoch, type EpochRecord } from './history.ts';
import type { TrainSettings } from './settings.ts';

/** Pixels of a panel. */
const WIDTH = 720;
const HEIGHT = 240;
/** Epochs up to which each has a dot: one alone would be no line. */
const DOTTED = 40;

interface Series {
  readonly values: readonly (number | null | undefined)[];
  readonly color: string;
}

interface Panel {
  readonly title: string;
  readonly label: string;
  readonly series: readonly Series[];
  readonly scale?: Plot.ScaleOptions;
}

/**
 * Loss, score and learning rate over the epochs, one above the other; a broken line at the epoch whose model is kept.
 *
 * @param history at least one epoch
 * @returns SVG
 */
export function curvesPicture(history: readonly EpochRecord[], settings: TrainSettings): string {
  const best = bestEpoch(history, settings)!;
  const isJudged = best.validation !== undefined;
  const isClassified = best.validation?.top1 !== undefined;
  const kept = `broken line: epoch ${best.epoch}, whose model is kept`;
  const panels: Panel[] = [
    {
      title: `${isJudged ? 'blue: training, red: validation; ' : ''}${kept}`,
      label: 'loss',
      series: [
        { values: history.map(({ loss }) => loss), color: BLUE },
        { values: history.map(({ validation }) => validation?.loss), color: RED },
      ],
    },
    ...(isJudged
      ? [
          {
            title: `of validation; ${kept}`,
            label: isClassified ? 'top-1' : "Pearson's r",
            series: [{ values: history.map(({ validation: v }) => v?.top1 ?? v?.mean_pearson), color: RED }],
            scale: { domain: isClassified ? [0, 1] : [-1, 1] },
          },
        ]
      : []),
    {
      title: 'of the last step of each epoch',
      label: 'learning rate',
      series: [{ values: history.map(({ learning_rate }) => learning_rate), color: BLUE }],
      scale: { type: 'log' as const, tickFormat: '.0e' },
    },
  ];
  return stackPanels(
    panels.map((panel) => drawPanel(panel, best.epoch)),
    WIDTH,
    HEIGHT,
  );
}

function drawPanel({ title, label, series, scale }: Panel, best: number): string {
  const epochs = series[0].values.length;
  const marks = series.flatMap(({ values, color }) => {
    const points = values.flatMap((value, i) => (Number.isFinite(value) ? [{ epoch: i + 1, value }] : []));
    const place = { x: 'epoch', y: 'value' };
    const dots = epochs <= DOTTED ? [Plot.dot(points, { ...place, fill: color, r: 2 })] : [];
    return [Plot.line(points, { ...place, stroke: color, strokeWidth: 1.5 }), ...dots];
  });
  return renderPlot({
    width: WIDTH,
    height: HEIGHT,
    marginTop: 44,
    marginBottom: 40,
    marginLeft: 64,
    style: PAPER,
    x: { domain: [1, Math.max(2, epochs)], label: 'epoch', tickFormat: 'd', ticks: Math.min(epochs, 10) },
    y: { label, grid: true, ticks: 5, nice: true, ...scale },
    marks: [
      Plot.ruleX([best], { stroke: GREY, strokeDasharray: '5 4' }),
      ...marks,
      heading(title),
      Plot.frame({ stroke: GREY }),
    ],
  });
}
