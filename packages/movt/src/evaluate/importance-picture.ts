import { Plot, renderPlot } from '../plot.ts';
import { BLUE, heading, PAPER, RED } from './picture-style.ts';

const HISTOGRAM_BINS = 20;

/**
 * How important tracks are, over all clips: a histogram.
 *
 * @param importances one list a clip, each of 0 … 1
 * @param meanImportant tracks of a clip above 0.5, on average
 * @returns SVG
 */
export function importancePicture(importances: readonly Float64Array[], meanImportant: number): string {
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const clip of importances) {
    for (const value of clip) counts[Math.min(HISTOGRAM_BINS - 1, Math.floor(value * HISTOGRAM_BINS))]++;
  }
  const total = counts.reduce((a, b) => a + b);
  const bars = counts.map((count, i) => ({
    low: i / HISTOGRAM_BINS,
    high: (i + 1) / HISTOGRAM_BINS,
    share: (100 * count) / total,
    middle: (i + 0.5) / HISTOGRAM_BINS,
  }));
  return renderPlot({
    width: 640,
    height: 420,
    marginTop: 44,
    marginBottom: 44,
    marginLeft: 56,
    style: PAPER,
    x: { domain: [0, 1], label: 'importance of a track' },
    y: { label: 'tracks, %', grid: true },
    color: { type: 'linear', range: [BLUE, RED], domain: [0, 1] },
    marks: [
      Plot.rectY(bars, { x1: 'low', x2: 'high', y: 'share', fill: 'middle', inset: 0.5 }),
      Plot.ruleX([0.5], { stroke: 'black', strokeDasharray: '5 4' }),
      Plot.ruleY([0]),
      heading(`above 0.5: ${meanImportant.toFixed(1)} tracks of a clip, the mean of ${importances.length} clip(s)`),
    ],
  });
}
