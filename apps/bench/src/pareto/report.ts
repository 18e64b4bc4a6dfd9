import type { PaperPoint } from 'movt/paper';
import type { Series } from '../experiment/series.ts';
import type { Fingerprint } from '../measure/types.ts';

/** What a clip costs by each convention of counting: 10⁹ multiply-accumulates (`thop`, `mac`) or operations (`flop`). */
export interface Costs {
  readonly thop: number;
  readonly mac: number;
  readonly flop: number;
}

/** Top-1 of models that differ in their seed alone; shares of the test split. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; 0 where there is one seed. */
  readonly sd: number;
  /** Each seed's own. */
  readonly seeds: readonly number[];
}

/** A model or a combination of models, trained and measured here. */
export interface ParetoPoint {
  /** Its name in files: letters, digits, `-`, `_` and `.`; no two points share it. */
  readonly key: string;
  readonly series: Series;
  /** `movt-small, 16 frames` */
  readonly label: string;
  readonly frames: number;
  /** Tracks of a clip, or pixels of a frame; null where the model takes whole frames. */
  readonly points: number | null;
  readonly parameters: number;
  readonly top1: Spread;
  /** A clip's. The tracker's is 0 where no tracks are used. */
  readonly cost: { readonly model: Costs; readonly tracker: Costs };
  /** A clip's time, measured here. The tracker's is 0 where no tracks are used. */
  readonly ms: { readonly model: number; readonly tracker: number; readonly decode: number };
  /** `τ = 0.83, coverage 71 %` */
  readonly detail?: string;
}

/** One of the paper's lessons, held against what was measured here. */
/** What the figures say of a lesson; not judged where they cannot decide it. */
export type Verdict = 'holds' | 'does not hold' | 'not judged';

export interface Lesson {
  readonly title: string;
  /** What the paper says. */
  readonly claim: string;
  readonly verdict: Verdict;
  /** The figures that decide it. */
  readonly evidence: string;
}

/** A model trained on a share of the training clips. */
export interface LowDataRow {
  readonly series: Series;
  readonly label: string;
  /** Of the training clips: 1, 0.6 … */
  readonly share: number;
  readonly clips: number;
  readonly top1: Spread;
}

/** A threshold of a cascade: which clips the small model answers by itself, and what comes of it. */
export interface CascadeRow {
  readonly threshold: number;
  /** Share of the clips that the small model answers. */
  readonly coverage: number;
  /** Top-1 of all clips, and of those that the small model answers (null where it answers none); shares. */
  readonly accuracy: number;
  readonly coveredAccuracy: number | null;
  /** Expected 10⁹ multiply-accumulates a clip, of the models alone. */
  readonly expectedGmac: number;
}

/** A model's top-1 class by class; shares. */
export interface PerClassRow {
  readonly name: string;
  /** Test clips of the class. */
  readonly clips: number;
  readonly movt: number;
  readonly pixt: number;
}

/** A picture that another study drew, as an SVG document of its own. */
export interface Picture {
  readonly title: string;
  readonly svg: string;
  readonly caption: string;
}

/** All that `bench pareto` found; fronts are computed from it, an axis at a time. */
export interface ParetoReport {
  readonly format: 'movt-pareto/1';
  /** As a `KernelReport`'s; empty where there is no repository. */
  readonly commit: string;
  /** ISO 8601. */
  readonly date: string;
  readonly command: string;
  readonly fingerprint: Fingerprint;
  /** Whether the adapter is a processor that stands in for a GPU. */
  readonly software: boolean;
  readonly data: {
    readonly source: string;
    /** Clips of each split. */
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly classes: readonly string[];
    /** Of a clip as it was decoded and tracked. */
    readonly frames: number;
    readonly points: number;
    readonly videoSize: { readonly width: number; readonly height: number };
  };
  readonly points: readonly ParetoPoint[];
  readonly paper: readonly PaperPoint[];
  readonly lessons: readonly Lesson[];
  readonly lowData: readonly LowDataRow[];
  /** The sweep over thresholds on validation clips, by which the cascade's points were chosen. */
  readonly cascade: { readonly small: string; readonly big: string; readonly sweep: readonly CascadeRow[] } | null;
  readonly perClass: { readonly movt: string; readonly pixt: string; readonly classes: readonly PerClassRow[] } | null;
  readonly pictures: readonly Picture[];
  /** What a reader has to know besides; sentences. */
  readonly notes: readonly string[];
}
