import { Plot, renderPlot } from '../plot.ts';
import type { CascadePoint } from './cascade.ts';
import { BLUE, GREY, heading, PAPER, RED } from './picture-style.ts';
import { stackPanels } from './stack-panels.ts';

const WIDTH = 720;
const HEIGHT = 360;
const FRAME = { width: WIDTH, height: HEIGHT, marginTop: 44, marginBottom: 44, marginLeft: 56, style: PAPER };
const SHARE = { domain: [0, 1], ticks: 5, tickFormat: '.0%', grid: true } as const;

const SERIES = { coverage: GREY, accuracy: BLUE, coveredAccuracy: RED };

/** What a cascade's picture says in words. */
export interface CascadeWords {
  readonly small: string;
  readonly big: string;
  /** What costs are counted in: `GMAC a clip`. */
  readonly unit: string;
}

/**
 * A cascade over its thresholds: above, what share the small model answers and how right answers are; below, how right
 * they are at which cost, beside the two models alone.
 *
 * @param sweep from `cascadeSweep`
 * @param chosen points to point out
 * @returns SVG
 */
export function cascadePicture(
  sweep: readonly CascadePoint[],
  chosen: readonly CascadePoint[],
  { small, big, unit }: CascadeWords,
): string {
  // A step holds up to the threshold at its end: what is answered changes right after a confidence.
  const within = sweep.filter(({ threshold }) => threshold <= 1);
  const steps = (key: keyof typeof SERIES) =>
    Plot.line(within, { x: 'threshold', y: key, curve: 'step-before', stroke: SERIES[key], strokeWidth: 1.8 });
  const lowest = Math.min(...within.map(({ threshold }) => threshold));
  const above = renderPlot({
    ...FRAME,
    x: { domain: [lowest, 1], label: `threshold τ on the confidence of ${small}` },
    y: { ...SHARE, label: 'share' },
    marks: [
      Plot.ruleX(chosen, { x: 'threshold', stroke: GREY, strokeDasharray: '5 4' }),
      steps('coverage'),
      steps('coveredAccuracy'),
      steps('accuracy'),
      heading('grey: clips answered by the small model; red: its accuracy on them; blue: accuracy of all clips'),
      Plot.frame({ stroke: GREY }),
    ],
  });
  const ends = [
    { ...sweep[0], name: small },
    { ...sweep[sweep.length - 1], name: big },
  ];
  const accuracies = sweep.map(({ accuracy }) => accuracy);
  const below = renderPlot({
    ...FRAME,
    x: { label: unit, zero: true, grid: true },
    y: {
      ...SHARE,
      domain: [Math.min(...accuracies), Math.max(...accuracies)],
      nice: true,
      label: 'accuracy of all clips',
    },
    marks: [
      Plot.line(sweep, { x: 'expectedCost', y: 'accuracy', stroke: BLUE, strokeWidth: 1.8 }),
      Plot.dot(ends, { x: 'expectedCost', y: 'accuracy', fill: 'black', r: 4 }),
      Plot.dot(chosen, { x: 'expectedCost', y: 'accuracy', stroke: RED, r: 6, strokeWidth: 2 }),
      heading(`from ${small} alone (left) to ${big} on every clip (right); red: chosen`),
      Plot.frame({ stroke: GREY }),
    ],
  });
  return stackPanels([above, below], WIDTH, HEIGHT);
}
