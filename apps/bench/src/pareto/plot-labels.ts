import { type Box, placeLabels } from 'movt/evaluate/place-labels';
import { type PlotFrame, toPixels, toValues } from './plot-frame.ts';

/** A mark that wants a label beside it. */
export interface Marked {
  readonly cost: number;
  readonly accuracy: number;
  /** What it is called, the best first; the last one is taken where nothing fits. */
  readonly names: readonly string[];
  readonly className: string;
}

/** A label and where its left edge stands, in the axes' values. */
export interface Label {
  readonly text: string;
  readonly cost: number;
  readonly accuracy: number;
  readonly className: string;
}

/** Pixels of a letter and of a line of the font, on the safe side, and half the side of a mark. */
const LETTER = 6.2;
const LINE = 12;
const RADIUS = 5;

/** A straight line that is drawn along an axis. */
export interface Segment {
  readonly from: { readonly cost: number; readonly accuracy: number };
  readonly to: { readonly cost: number; readonly accuracy: number };
}

/** Puts a name beside every mark, off all marks, lines and other names as far as there is room; earlier marks choose first. */
export function labelAll(marks: readonly Marked[], lines: readonly Segment[], frame: PlotFrame): Label[] {
  const at = marks.map(({ cost, accuracy }) => toPixels(frame, cost, accuracy));
  const obstacles = [
    ...at.map(({ left, top }) => around(left, top, 2 * RADIUS, 2 * RADIUS)),
    ...lines.map(({ from, to }) => {
      const a = toPixels(frame, from.cost, from.accuracy);
      const b = toPixels(frame, to.cost, to.accuracy);
      return {
        left: Math.min(a.left, b.left) - 1,
        right: Math.max(a.left, b.left) + 1,
        top: Math.min(a.top, b.top) - 1,
        bottom: Math.max(a.top, b.top) + 1,
      };
    }),
  ];
  const choices = marks.map(({ names }, i) => {
    const places = names.flatMap((text) => placesOf(text, at[i]).map((box) => ({ text, box })));
    const inside = places.filter(({ box }) => isInside(box, frame));
    return inside.length > 0 ? inside : places.slice(-1);
  });
  const chosen = placeLabels(
    choices.map((places) => places.map(({ box }) => box)),
    obstacles,
  );
  return marks.map(({ className }, i) => {
    const { text, box } = choices[i][chosen[i]];
    return { text, className, ...toValues(frame, box.left, (box.top + box.bottom) / 2) };
  });
}

/** Beside, above and below the mark, near it and further off. */
function placesOf(text: string, { left, top }: { left: number; top: number }): Box[] {
  const width = LETTER * text.length;
  const gap = RADIUS + 2;
  const right = left + gap + width / 2;
  const before = left - gap - width / 2;
  const line = RADIUS + LINE / 2;
  const far = line + LINE;
  return [
    [right, top],
    [before, top],
    [before, top - line + 2],
    [left, top - line],
    [left, top + line],
    [right, top + line - 2],
    [right, top - line + 2],
    [before, top + line - 2],
    [left, top - far],
    [left, top + far],
    [right, top - far + 2],
    [right, top + far - 2],
    [before, top - far + 2],
    [before, top + far - 2],
  ].map(([x, y]) => around(x, y, width, LINE));
}

function isInside({ left, top, right, bottom }: Box, frame: PlotFrame): boolean {
  const { left: x, top: y, width, height } = frame;
  return left >= x && right <= x + width + RADIUS && top >= y - RADIUS - LINE && bottom <= y + height + RADIUS;
}

const around = (x: number, y: number, width: number, height: number): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});
