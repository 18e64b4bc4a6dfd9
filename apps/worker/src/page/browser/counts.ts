/** What a clip's answer costs, counted without a GPU: loaded when it is shown. */
import { costOf, cotracker3Cost, kltCost, modelOf, videomaePreset } from 'movt';
import { MOTION_CLASSES } from 'movt/motion-12/classes';
import { MEASURED_ON } from 'movt/motion-12/measured';
import { servedModel } from './model.ts';

export interface CountedRow {
  readonly name: string;
  /** What it is of, in a few words. */
  readonly about: string;
  /** 10⁹ multiply-accumulates of one clip. */
  readonly gmac: number;
  readonly ours: boolean;
}

/** Pixels are those of a frame. */
export interface ClipSize {
  readonly frames: number;
  readonly points: number;
  readonly width: number;
  readonly height: number;
}

export interface Counts {
  /** This model, with the tracker of this page, VideoMAE, this model with the paper's tracker. */
  readonly rows: readonly [CountedRow, CountedRow, CountedRow, CountedRow];
  /** Of the model alone, 10⁹ as the paper counts. */
  readonly thop: number;
  readonly parameters: number;
  /** The model as it was judged on motion-12: share of clips that are right, and 10⁶ multiply-accumulates of such a clip; null where its file does not say, and of other data. */
  readonly onMotion12: { readonly top1: number; readonly mmac: number } | null;
}

/** Of VideoMAE-small as the paper compares with it. */
const VIDEO_FRAMES = 16;
/** What CoTracker3 scales every video to, its iterations, and the points that it adds. */
const COTRACKER3 = { width: 512, height: 384, iterations: 6, supportPoints: 36 };

/** Counts this model's clip beside others'; all of one clip, with the same number of classes. */
export async function countAll(size: ClipSize): Promise<Counts> {
  const { frames, points } = size;
  const { checkpoint, top1 } = await servedModel();
  const { config } = checkpoint;
  const model = costOf(modelOf(config), { batch: 1, frames, points });
  const isMotion12 = checkpoint.classes?.join() === MOTION_CLASSES.join();
  const judged = costOf(modelOf(config), { batch: 1, frames: MEASURED_ON.frames, points: MEASURED_ON.points });
  const klt = kltCost(size).mac.gops;
  const cotracker = cotracker3Cost({ frames, points, ...COTRACKER3 }).mac.gops;
  const videomae = videomaePreset('videomae-small', { frames: VIDEO_FRAMES, outputs: config.outputs });
  const tokens = (videomae.size / videomae.patch) ** 2;
  const video = costOf(modelOf(videomae), { batch: 1, frames: VIDEO_FRAMES, points: tokens }).mac.gops;
  return {
    thop: model.thop.gops,
    parameters: model.mac.params,
    onMotion12: top1 === null || !isMotion12 ? null : { top1, mmac: 1e3 * judged.mac.gops },
    rows: [
      { name: 'MovT', about: `this model, ${frames} frames × ${points} points`, gmac: model.mac.gops, ours: true },
      {
        name: 'MovT + KLT',
        about: `tracked as here, ${size.width}×${size.height}`,
        gmac: model.mac.gops + klt,
        ours: true,
      },
      {
        name: 'VideoMAE-small',
        about: `${VIDEO_FRAMES} frames of ${videomae.size}×${videomae.size}`,
        gmac: video,
        ours: false,
      },
      {
        name: 'MovT + CoTracker3',
        about: 'the paper’s tracker',
        gmac: model.mac.gops + cotracker,
        ours: false,
      },
    ],
  };
}
