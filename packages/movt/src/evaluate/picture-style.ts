import { Plot } from '../plot.ts';

/** Style of a picture that stands alone: legible in any viewer, light or dark. */
export const PAPER = { background: 'white', color: 'black' };
export const GREY = '#8a8f98';
export const BLUE = '#2f6fd6';
export const RED = '#d1495b';

/** Told apart on white, by most of the colour-blind too; the first two are those of a comparison. */
const COLORS = [BLUE, RED, '#2a9d5c', '#e0a100', '#8d5bc4', '#22b3c6', '#e87ab0', '#8a5a2b', '#5f6b7a', '#9bbf3b'];
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond2', 'star', 'wye'] as const;

/** Pixels of a line of a legend, and of a letter. */
const LINE = 17;
const LETTER = 6;

/** The mark of the i-th of many classes or models: first the colours change, then the symbols. */
export function markOf(i: number): { color: string; symbol: (typeof SYMBOLS)[number] } {
  return {
    color: COLORS[i % COLORS.length],
    symbol: SYMBOLS[Math.floor(i / COLORS.length) % SYMBOLS.length],
  };
}

/** A line above the frame, to the right: the axis has its name at the left. */
export const heading = (text: string) => Plot.text([text], { frameAnchor: 'top-right', dy: -22, fontSize: 12 });

/**
 * A legend to the right of the frame: the names with their marks, in columns where there are many.
 *
 * @param height of the frame, in pixels
 * @returns marks, and the margin that they need
 */
export function legend(names: readonly string[], height: number) {
  const rows = Math.max(1, Math.floor(height / LINE));
  const width = 40 + LETTER * Math.max(...names.map(({ length }) => length));
  const marks = names.flatMap((name, i) => {
    const { color, symbol } = markOf(i);
    const dx = 18 + Math.floor(i / rows) * width;
    const place = { frameAnchor: 'top-right', dy: 8 + (i % rows) * LINE } as const;
    return [
      Plot.dot([name], { ...place, dx, fill: color, symbol, r: 4 }),
      Plot.text([name], { ...place, dx: dx + 12, textAnchor: 'start', lineAnchor: 'middle' }),
    ];
  });
  return { marks, margin: 10 + Math.ceil(names.length / rows) * width };
}
