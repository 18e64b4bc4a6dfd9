import type { Cost } from 'movt';
import { countSubject, type Sizes } from './subjects.ts';

/** What the paper prints of a model, as it stands there. */
interface Published {
  readonly label: string;
  readonly name: string;
  readonly sizes: Partial<Sizes>;
  /** 10⁹, by thop. */
  readonly gops?: string;
  /** 10⁶, by thop. */
  readonly params?: string;
}

/** "It's a Matter of Time: Three Lessons on Long-Term Motion for Perception" (arXiv 2602.14705); of trackers it prints no cost. */
const PUBLISHED: readonly Published[] = [
  { label: 'movt-base, T=4, N=60', name: 'movt-base', sizes: { frames: 4 }, gops: '0.30', params: '4.56' },
  { label: 'movt-base, T=16, N=60', name: 'movt-base', sizes: { frames: 16 }, gops: '0.39', params: '4.56' },
  { label: 'movt-base, T=32, N=60', name: 'movt-base', sizes: { frames: 32 }, gops: '0.52', params: '4.56' },
  {
    label: 'movt-base, T=90, N=250 (VB100)',
    name: 'movt-base',
    sizes: { frames: 90, points: 250, classes: 100 },
    gops: '4.06',
  },
  { label: 'pixt-base, T=32, N=60', name: 'pixt-base', sizes: {}, gops: '0.51', params: '4.41' },
  videomae('1 frame', 1, '3.19'),
  // The paper prints one number of parameters.
  videomae('2 frames', 2, '3.24', '16.63'),
  videomae('4 frames', 4, '6.49', '16.63'),
  videomae('16 frames', 16, '25.95', '16.63'),
  { label: 'CoTracker3, T=32, N=60', name: 'cotracker3', sizes: { frames: 32, points: 60 } },
  { label: 'CoTracker3, T=32, N=60+36', name: 'cotracker3', sizes: { frames: 32, points: 96 } },
  { label: 'KLT, T=32, N=60, 512×384', name: 'klt', sizes: {} },
];

function videomae(label: string, frames: number, gops: string, params?: string): Published {
  return {
    label: `videomae-small, ${label}`,
    name: 'videomae-small',
    sizes: { frames },
    gops,
    ...(params && { params }),
  };
}

/** A line of the paper's table, counted. */
export interface PublishedRow {
  readonly label: string;
  readonly cost: Pick<Cost, 'thop' | 'mac' | 'flop'>;
  /** What the paper prints, and whether the count, rounded to as many digits, is that. */
  readonly paper: { readonly gops?: Printed; readonly params?: Printed };
}

export interface Printed {
  readonly text: string;
  readonly agrees: boolean;
}

/** Every line, counted now. */
export function countPublished(): PublishedRow[] {
  return PUBLISHED.map(({ label, name, sizes, gops, params }) => {
    const { thop, mac, flop } = countSubject(name, sizes).cost;
    return {
      label,
      cost: { thop, mac, flop },
      paper: {
        ...(gops !== undefined && { gops: printed(gops, thop.gops) }),
        ...(params !== undefined && { params: printed(params, thop.params / 1e6) }),
      },
    };
  });
}

function printed(text: string, value: number): Printed {
  const digits = text.split('.')[1]?.length ?? 0;
  return { text, agrees: value.toFixed(digits) === text };
}
