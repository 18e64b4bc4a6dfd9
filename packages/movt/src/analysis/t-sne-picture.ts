import { GREY, heading, legend, markOf, PAPER } from '../evaluate/picture-style.ts';
import { Plot, renderPlot } from '../plot.ts';
import type { Purity } from './knn-purity.ts';

const SIDE = 640;
const MARGIN = 44;

/** What stands beside the picture of a t-SNE. */
export interface TsneWords {
  readonly classes: readonly string[];
  readonly title: string;
  /** Of the features, and of the picture's places. */
  readonly purity: { readonly features: Purity; readonly picture: Purity };
}

/**
 * Clips as t-SNE places them, by class.
 *
 * @param places [clips] from `tsne`
 * @param labels [clips]
 * @returns SVG
 */
export function tsnePicture(
  places: readonly (readonly [x: number, y: number])[],
  labels: readonly number[],
  { classes, title, purity }: TsneWords,
): string {
  const { marks, margin } = legend(classes, SIDE - 2 * MARGIN);
  const dots = places.map(([x, y], i) => ({ x, y, label: labels[i] }));
  const groups = classes.map((name, label) => {
    const { color, symbol } = markOf(label);
    const own = dots.filter((dot) => dot.label === label);
    return Plot.dot(own, { x: 'x', y: 'y', fill: color, symbol, r: 3.5, fillOpacity: 0.8, title: () => name });
  });
  // One unit for both axes: distances are what the picture is about.
  const most = 1.05 * places.flat().reduce((a, b) => Math.max(a, Math.abs(b)), Number.MIN_VALUE);
  const nothing = { domain: [-most, most], axis: null };
  return renderPlot({
    width: SIDE - MARGIN + margin,
    height: SIDE,
    marginTop: MARGIN,
    marginBottom: MARGIN,
    marginLeft: MARGIN / 2,
    marginRight: margin,
    style: PAPER,
    x: nothing,
    y: nothing,
    marks: [
      ...groups,
      ...marks,
      heading(title),
      ...(['features', 'picture'] as const).map((name, line) =>
        Plot.text([purityText(name, purity[name])], { frameAnchor: 'bottom-left', dy: 18 + 16 * line, fontSize: 12 }),
      ),
      Plot.frame({ stroke: GREY }),
    ],
  });
}

/** `features: 1-NN 93 %, 5-NN 91 % of one class (chance 8 %)` */
function purityText(name: string, { purity, chance }: Purity): string {
  const shares = purity.map(({ k, share }) => `${k}-NN ${percent(share)}`).join(', ');
  return `${name}: ${shares} (chance ${percent(chance)})`;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
