import { Plot, renderPlot } from '../plot.ts';
import type { Calibration } from './calibration.ts';
import { BLUE, GREY, heading, PAPER, RED } from './picture-style.ts';

/**
 * A reliability diagram (Niculescu-Mizil and Caruana, "Predicting Good Probabilities with Supervised Learning", ICML
 * 2005): the accuracy of each bin of confidence, beside the diagonal on which the two are equal.
 *
 * @returns SVG
 */
export function calibrationPicture({ ece, bins }: Calibration): string {
  const filled = bins.filter(({ count }) => count > 0).map((bin) => ({ ...bin, middle: (bin.low + bin.high) / 2 }));
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  return renderPlot({
    width: 560,
    height: 580,
    marginTop: 44,
    marginBottom: 44,
    marginLeft: 56,
    style: PAPER,
    x: { domain: [0, 1], ticks: 5, label: 'confidence', grid: true },
    y: { domain: [0, 1], ticks: 5, label: 'accuracy', grid: true },
    marks: [
      Plot.rectY(filled, { x1: 'low', x2: 'high', y: 'accuracy', fill: BLUE, fillOpacity: 0.6, inset: 0.5 }),
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'black', strokeDasharray: '5 4' }),
      Plot.ruleX(filled, { x: 'confidence', y1: 'confidence', y2: 'accuracy', stroke: RED, strokeWidth: 2 }),
      Plot.dot(filled, { x: 'confidence', y: 'confidence', fill: RED, r: 3 }),
      Plot.text(filled, { x: 'middle', y: 0, dy: -8, text: 'count', fill: 'black', stroke: 'white' }),
      heading(`ECE ${ece.toFixed(3)}, ${total} answers. Red: from confidence to accuracy. Figures: answers`),
      Plot.frame({ stroke: GREY }),
    ],
  });
}
