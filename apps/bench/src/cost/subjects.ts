import { badInput } from '@movt/kernels';
import {
  type Cost,
  costOf,
  cotracker3Cost,
  kltCost,
  modelOf,
  pixtPreset,
  pixtPresetNames,
  presetConfig,
  presetNames,
  videomaePreset,
  videomaePresetNames,
} from 'movt';

/** What the cost of a model or a tracker goes by. */
export interface Sizes {
  readonly frames: number;
  readonly points: number;
  readonly classes: number;
  /** Pixels of a frame, for a tracker. */
  readonly size: PixelSize;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Several models that are counted alike. */
interface Kind {
  readonly names: readonly string[];
  /** What their cost goes by, and what that is unless told. */
  readonly sizes: Partial<Sizes>;
  /** Whether a tracker makes their input. */
  readonly tracked: boolean;
  cost(name: string, sizes: Sizes): Cost;
}

/** What CoTracker3 scales every video to. */
const PICTURE: PixelSize = { width: 512, height: 384 };

/** What is counted unless told: the paper's clips of Jester. */
export const DEFAULTS: Sizes = { frames: 32, points: 60, classes: 27, size: PICTURE };
const { frames, points, classes, size } = DEFAULTS;

/** Of VideoMAE: the paper's on Something-Something. */
export const VIDEO_DEFAULTS = { frames: 16, classes: 174 };

const KINDS: readonly Kind[] = [
  {
    names: presetNames,
    sizes: DEFAULTS,
    tracked: true,
    cost(name, { frames, points, classes }) {
      if (frames < 2)
        throw badInput({ action: `counting ${name}`, given: '1 frame', needed: 'at least 2: motion needs two' });
      return costOf(modelOf(presetConfig(name, classes)), { batch: 1, frames, points });
    },
  },
  {
    names: pixtPresetNames,
    sizes: { frames, points, classes },
    tracked: false,
    cost: (name, { frames, points, classes }) =>
      costOf(modelOf(pixtPreset(name, { points, outputs: classes })), { batch: 1, frames, points }),
  },
  {
    names: videomaePresetNames,
    sizes: VIDEO_DEFAULTS,
    tracked: false,
    cost(name, { frames, classes }) {
      const config = videomaePreset(name, { frames, outputs: classes });
      return costOf(modelOf(config), { batch: 1, frames, points: (config.size / config.patch) ** 2 });
    },
  },
  {
    names: ['cotracker3'],
    sizes: { frames, points },
    tracked: false,
    cost: (_, { frames, points }) => cotracker3(frames, points, 0),
  },
  {
    names: ['klt'],
    sizes: { frames, points, size },
    tracked: false,
    cost: (_, { frames, points, size }) => kltCost({ frames, points, ...size }),
  },
];

export const subjectNames: readonly string[] = KINDS.flatMap(({ names }) => names);

function cotracker3(frames: number, points: number, supportPoints: number): Cost {
  return cotracker3Cost({ frames, points, supportPoints, iterations: 6, ...PICTURE });
}

/** A cost in one scope: the model's, or with what a tracker adds. */
export interface ScopedCost {
  readonly scope: 'model' | 'model+tracker';
  readonly tracker?: string;
  /** In 10⁹. */
  readonly thop: number;
  readonly mac: number;
  readonly flop: number;
}

export interface CountedSubject {
  readonly name: string;
  readonly sizes: Partial<Sizes>;
  /** Sizes that were given and that its cost does not go by, such as the points of a model of whole frames. */
  readonly idle: readonly string[];
  readonly cost: Cost;
  /** Of a model: by what is counted with it. */
  readonly scopes: readonly ScopedCost[];
}

/**
 * Counts what a name of `subjectNames` costs.
 * @throws MovtError bad_input for another name, and for sizes that it cannot have
 */
export function countSubject(name: string, given: Partial<Sizes>): CountedSubject {
  const kind = KINDS.find(({ names }) => names.includes(name));
  if (!kind) throw badInput({ action: 'counting cost', given: name, needed: `one of ${subjectNames.join(', ')}` });
  const all = Object.entries(given).filter(([, value]) => value !== undefined);
  const told = all.filter(([size]) => size in kind.sizes);
  const idle = all.map(([size]) => size).filter((size) => !(size in kind.sizes));
  // What is missing is not asked for.
  const sizes = { ...kind.sizes, ...Object.fromEntries(told) } as Sizes;
  const cost = kind.cost(name, sizes);
  return { name, sizes, idle, cost, scopes: kind.tracked ? scopesOf(cost, sizes) : [] };
}

function scopesOf(model: Cost, { frames, points, size }: Sizes): ScopedCost[] {
  const trackers = {
    [`KLT at ${size.width}×${size.height}`]: kltCost({ frames, points, ...size }),
    CoTracker3: cotracker3(frames, points, 0),
    'CoTracker3 with its 36 support points': cotracker3(frames, points, 36),
  };
  const total = (...costs: readonly Cost[]) => {
    const sum = (convention: 'thop' | 'mac' | 'flop') => costs.reduce((gops, cost) => gops + cost[convention].gops, 0);
    return { thop: sum('thop'), mac: sum('mac'), flop: sum('flop') };
  };
  return [
    { scope: 'model', ...total(model) },
    ...Object.entries(trackers).map(
      ([tracker, cost]): ScopedCost => ({
        scope: 'model+tracker',
        tracker,
        ...total(model, cost),
      }),
    ),
  ];
}
