/** A figure that the paper printed, of another data set and other hardware: shown beside ours, never among them. */
export interface PaperPoint {
  readonly series: string;
  readonly label: string;
  readonly dataset: string;
  /** 10⁹ by thop, of the model alone. */
  readonly thopG: number;
  /** Share. */
  readonly top1: number;
}

/** thop's G of VideoMAE-small by number of frames, as the paper prints them. */
const VIDEOMAE_G: Record<number, number> = { 1: 3.19, 2: 3.24, 4: 6.49, 16: 25.95 };

/** A data set's figures: MovT alone, and VideoMAE-small at several numbers of frames, alone and fused with that MovT. */
function dataset(
  name: string,
  movt: { thopG: number; percent: number },
  videomae: Record<number, readonly [alone: number, fused: number]>,
): PaperPoint[] {
  const point = (series: string, label: string, thopG: number, percent: number): PaperPoint => ({
    series,
    label: `${name}: ${label}`,
    dataset: name,
    thopG: Number(thopG.toFixed(2)),
    top1: Number((percent / 100).toFixed(4)),
  });
  const rows = Object.entries(videomae).flatMap(([frames, [alone, fused]]) => {
    const dear = VIDEOMAE_G[Number(frames)];
    const clip = `${frames} frame${frames === '1' ? '' : 's'}`;
    return [
      point('VideoMAE', `VideoMAE-small, ${clip}`, dear, alone),
      // The paper prints no cost of the pair; both branches run, so it is the sum.
      point('Late fusion', `VideoMAE-small, ${clip}, with MovT`, dear + movt.thopG, fused),
    ];
  });
  return [point('MovT', 'MovT', movt.thopG, movt.percent), ...rows];
}

/** The trade-offs that the paper prints (arXiv 2602.14705), of its data sets; costs by thop, of the models alone. */
export const PAPER_POINTS: readonly PaperPoint[] = [
  ...dataset('Jester', { thopG: 0.45, percent: 70.01 }, { 1: [30.49, 74.53], 2: [75.1, 87.47], 4: [90.64, 92.14] }),
  { series: 'MovT', label: 'Jester: MovT, 4 frames', dataset: 'Jester', thopG: 0.3, top1: 0.7086 },
  { series: 'MovT', label: 'Jester: MovT, 16 frames', dataset: 'Jester', thopG: 0.39, top1: 0.7756 },
  { series: 'VideoMAE', label: 'Jester: VideoMAE-small, 16 frames', dataset: 'Jester', thopG: 25.95, top1: 0.9585 },
  ...dataset(
    'SSV2 temporal',
    { thopG: 0.52, percent: 53.31 },
    { 1: [21.15, 54.68], 2: [49.65, 64.0], 4: [60.91, 70.2] },
  ),
  ...dataset('VB100', { thopG: 4.06, percent: 15.92 }, { 1: [5.11, 17.57], 2: [29.13, 29.88], 4: [33.18, 30.78] }),
];

/** Points of top-1 that a model loses from all of Jester's training clips to a tenth of them, by the paper. */
export const PAPER_LOW_DATA = { dataset: 'Jester', share: 0.1, lost: { MovT: 0.23, PixT: 0.56 } } as const;

/** What the paper says of its cascade on Jester. */
export const PAPER_CASCADE = [
  { threshold: 0.978, coverage: 0.5, coveredAccuracy: 0.96 },
  { threshold: 0.743, coverage: 0.8, coveredAccuracy: 0.876 },
] as const;

/** Where the paper's figures do not fit each other. */
export const PAPER_CONTRADICTIONS =
  'The paper contradicts itself on Jester: MovT alone is right in 70.01 % by one table and in 77.56 % (16 frames) by another; and a MovT ' +
  'that is right in 87.6 % of the 80 % of clips of which it is surest has 70.08 % of all right by those alone. Its figures stand as printed.';
