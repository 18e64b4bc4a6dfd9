/** A model of `bench pareto` on motion-12's test clips: accuracy over seeds, and what a clip costs. */
export interface MeasuredPoint {
  readonly series: string;
  readonly label: string;
  /** Of a cascade, how often the second model is asked; else null. */
  readonly asked: string | null;
  /** 10⁶ multiply-accumulates of a clip, of the model alone. */
  readonly mmac: number;
  /** Whether it needs tracks, which cost `TRACKING_MMAC` more. */
  readonly tracked: boolean;
  /** Share of the test clips that is right, the mean over seeds. */
  readonly top1: number;
  /** Standard deviation over seeds. */
  readonly sd: number;
}

/** How it was measured: clips, points that are tracked, and the share that guessing has right. */
export const MEASURED_ON = { train: 960, test: 480, points: 48, frames: 32, seeds: 2, chance: 1 / 12 } as const;

/** Of following 48 points through a clip's 32 frames (KLT, five steps a search), 10⁶ multiply-accumulates. */
export const TRACKING_MMAC = 339.21024;

/** @param right test clips that were right, of each seed */
function point(
  series: string,
  label: string,
  mmac: number,
  right: readonly [number, number],
  asked: string | null = null,
): MeasuredPoint {
  const [first, second] = right.map((count) => count / MEASURED_ON.test) as [number, number];
  return {
    series,
    label,
    asked,
    mmac,
    tracked: series !== 'PixT' && series !== 'VideoMAE',
    top1: (first + second) / 2,
    sd: Math.abs(first - second) / Math.SQRT2,
  };
}

/**
 * What `bench pareto` with recipes/pareto.json measured: seeds 1 and 2, lavapipe, commit 8700fa4 (docs/pareto.md, "What came out"). Of its
 * cascades those into movt-small; the others gain nothing. Costs are counted, not measured: a test counts them anew.
 */
export const MEASURED_POINTS: readonly MeasuredPoint[] = [
  point('MovT', 'movt-tiny, 8 frames', 1.509504, [239, 211]),
  point('MovT', 'movt-tiny, 16 frames', 1.881216, [236, 231]),
  point('MovT', 'movt-tiny, 32 frames', 2.62464, [208, 167]),
  point('MovT', 'movt-mini, 8 frames', 3.817536, [307, 313]),
  point('MovT', 'movt-mini, 16 frames', 5.249088, [326, 328]),
  point('MovT', 'movt-mini, 32 frames', 8.112192, [333, 327]),
  point('MovT', 'movt-small, 8 frames', 15.05664, [346, 341]),
  point('MovT', 'movt-small, 16 frames', 23.817984, [402, 386]),
  point('MovT', 'movt-small, 32 frames', 41.340672, [397, 398]),
  point('PixT', 'pixt-small, 32 frames', 40.747776, [143, 104]),
  point('VideoMAE', 'videomae-mini, 16 frames', 8.127232, [130, 71]),
  point('Late fusion', 'movt-tiny, 32 frames + videomae-mini, 16 frames', 10.751872, [234, 189]),
  point('Late fusion', 'movt-mini, 32 frames + videomae-mini, 16 frames', 16.239424, [343, 350]),
  point('Late fusion', 'movt-small, 32 frames + videomae-mini, 16 frames', 49.467904, [409, 405]),
  point('Cascade', 'movt-tiny, 32 frames, else movt-small, 32 frames', 7.8352872, [214, 228], '13 % of the clips'),
  point('Cascade', 'movt-tiny, 32 frames, else movt-small, 32 frames', 13.175124, [237, 278], '26 % of the clips'),
  point('Cascade', 'movt-tiny, 32 frames, else movt-small, 32 frames', 23.6394816, [299, 352], '51 % of the clips'),
  point('Cascade', 'movt-tiny, 32 frames, else movt-small, 32 frames', 31.476984, [359, 384], '70 % of the clips'),
];
