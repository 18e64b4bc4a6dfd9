import { Plot, renderPlot } from '../plot.ts';
import { GREY, PAPER } from './picture-style.ts';

const CELL = { width: 84, height: 44 };
/** What the colours reach beyond the scores: the least is not white. */
const MARGIN = 0.05;
/** Share of the colours from which on white is the legible ink. */
const DARK = 0.65;

/** A model of a sweep over frames, points and widths. */
export interface SweepCell {
  readonly frames: number;
  readonly points: number;
  readonly width: number;
  /** Share; the mean of its seeds. */
  readonly top1: number;
  /** What it costs, as it is to be read: `0.39 GMAC`. */
  readonly cost: string;
}

/**
 * Accuracy over frames, points and widths: a heat map a width, side by side, with the cost below each accuracy.
 *
 * @param cells at least one; combinations that were not trained stay white
 * @returns SVG
 */
export function sweepPicture(cells: readonly SweepCell[]): string {
  const values = (key: 'frames' | 'points' | 'width') =>
    [...new Set(cells.map((cell) => cell[key]))].sort((a, b) => a - b);
  const [frames, points, widths] = [values('frames'), values('points'), values('width')];
  const scores = cells.map(({ top1 }) => top1);
  const [low, high] = [Math.min(...scores) - MARGIN, Math.max(...scores) + MARGIN];
  const place = { x: 'frames', y: 'points', fx: 'width' } as const;
  const ink = ({ top1 }: SweepCell) => (top1 > low + DARK * (high - low) ? 'white' : 'black');
  return renderPlot({
    width: 120 + widths.length * (frames.length * CELL.width + 16),
    height: 150 + points.length * CELL.height,
    marginTop: 84,
    marginBottom: 50,
    marginLeft: 60,
    style: PAPER,
    padding: 0,
    fx: { domain: widths, label: 'width of the model', padding: 0.04 },
    x: { type: 'band', domain: frames, label: 'frames' },
    y: { type: 'band', domain: [...points].reverse(), label: 'points' },
    color: { scheme: 'blues', domain: [low, high] },
    marks: [
      Plot.cell(cells, { ...place, fill: 'top1', inset: 1 }),
      Plot.text(cells, {
        ...place,
        text: ({ top1 }: SweepCell) => `${(100 * top1).toFixed(1)} %`,
        fill: ink,
        dy: -7,
        fontSize: 12,
      }),
      Plot.text(cells, { ...place, text: 'cost', fill: ink, dy: 9 }),
      Plot.frame({ stroke: GREY }),
    ],
  });
}
