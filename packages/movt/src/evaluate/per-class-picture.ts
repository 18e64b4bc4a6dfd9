import { Plot, renderPlot } from '../plot.ts';
import type { ClassAccuracy } from './per-class.ts';
import { BLUE, GREY, heading, PAPER, RED } from './picture-style.ts';
import { placeLabels } from './place-labels.ts';

const SIDE = 620;
const MARGIN = { top: 44, right: 24, bottom: 44, left: 56 };
/** Classes that are named: those on which the models differ most. */
const NAMED = 12;
/** Pixels of a line and of a letter of a name. */
const LINE = 13;
const LETTER = 5.8;
/** Where a name may stand, up and down from its dot. */
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((lines) => lines * LINE);

/**
 * Two models' accuracy class by class: above the diagonal the first is better. Classes on which they differ most have
 * their names.
 *
 * @param classes from `perClassAccuracy`: `a` goes up, `b` across
 * @param models their names
 * @returns SVG
 */
export function perClassPicture(
  classes: readonly ClassAccuracy[],
  models: { readonly a: string; readonly b: string },
): string {
  const differing = classes
    .filter(({ a, b }) => a !== b)
    .sort((p, q) => Math.abs(q.a - q.b) - Math.abs(p.a - p.b))
    .slice(0, NAMED);
  const better = classes.filter(({ a, b }) => a > b).length;
  const worse = classes.filter(({ a, b }) => a < b).length;
  const color = ({ a, b }: ClassAccuracy) => (a === b ? GREY : a > b ? BLUE : RED);
  const axis = { domain: [0, 1], ticks: 5, tickFormat: '.0%', grid: true };
  return renderPlot({
    width: SIDE,
    height: SIDE,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    style: PAPER,
    x: { ...axis, label: `accuracy of ${models.b}`, inset: 8 },
    y: { ...axis, label: `accuracy of ${models.a}`, inset: 8 },
    marks: [
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'black', strokeDasharray: '5 4' }),
      Plot.dot(classes, { x: 'b', y: 'a', fill: color, fillOpacity: 0.8, r: 5, title: 'name' }),
      ...placeNames(differing).map(({ accuracy, dx, dy, textAnchor }) =>
        Plot.text([accuracy], { x: 'b', y: 'a', text: 'name', dx, dy, textAnchor, fill: 'black', stroke: 'white' }),
      ),
      heading(`${models.a} is better on ${better} classes (blue), ${models.b} on ${worse} (red), of ${classes.length}`),
      Plot.frame({ stroke: GREY }),
    ],
  });
}

/** Puts each name beside its dot, towards the middle, and above or below where another one stands already. */
function placeNames(classes: readonly ClassAccuracy[]) {
  const names = classes.map((accuracy) => {
    const { name, a, b } = accuracy;
    const textAnchor = b > 0.5 ? ('end' as const) : ('start' as const);
    const dx = b > 0.5 ? -9 : 9;
    const x = MARGIN.left + 8 + b * (SIDE - MARGIN.left - MARGIN.right - 16) + dx;
    const y = MARGIN.top + 8 + (1 - a) * (SIDE - MARGIN.top - MARGIN.bottom - 16);
    const [left, right] = b > 0.5 ? [x - LETTER * name.length, x] : [x, x + LETTER * name.length];
    const shifts = SHIFTS.filter((dy) => y + dy > MARGIN.top && y + dy < SIDE - MARGIN.bottom);
    const places = shifts.map((dy) => ({ left, right, top: y + dy - LINE / 2, bottom: y + dy + LINE / 2 }));
    return { accuracy, dx, textAnchor, shifts, places };
  });
  const chosen = placeLabels(names.map(({ places }) => places));
  return names.map(({ shifts, ...name }, i) => ({ ...name, dy: shifts[chosen[i]] }));
}
