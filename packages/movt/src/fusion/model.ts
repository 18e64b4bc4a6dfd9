import type { Tracks } from '@movt/tracker/tracks';
import type { Model } from '../model.ts';
import { movtModel } from '../movt-model.ts';
import type { PixelClip } from '../pixt/clip.ts';
import { pixtModel } from '../pixt/model.ts';
import { wholeBlock } from '../train/graph/blocks.ts';
import type { VideoClip } from '../videomae/clip.ts';
import { videomaeModel } from '../videomae/model.ts';
import { augmentPair } from './augment.ts';
import type { FusionConfig } from './config.ts';
import { BRANCHES, type Branch, fusionParameters } from './parameters.ts';
import { recordFusion } from './record.ts';

/** A clip as both branches take it. */
export interface FusionClip {
  /** Tracks, or where the branch over points is a PixT, pixels. */
  readonly tracks: Tracks | PixelClip;
  readonly video: VideoClip;
}

/** A fusion, as the trainer takes it. */
export function fusionModel(config: FusionConfig): Model<FusionClip> {
  const points: Model<Tracks | PixelClip> = 'model' in config.movt ? pixtModel(config.movt) : movtModel(config.movt);
  const video = videomaeModel(config.videomae);
  const models = { movt: points, videomae: video };
  const tracksOf = (clips: readonly FusionClip[]) => clips.map(({ tracks }) => tracks);
  /** The branch that a parameter is of, and its name there; null for what belongs to both. */
  const split = (name: string): [Branch, string] | null => {
    const branch = BRANCHES.find((branch) => name.startsWith(`${branch}.`));
    return branch ? [branch, name.slice(branch.length + 1)] : null;
  };
  const deepest = Math.max(points.depth, video.depth);
  const depth = deepest + 1;
  return {
    config,
    outputs: config.outputs,
    parameters: fusionParameters(config),
    groups: [...BRANCHES, 'cross', 'head'],
    depth,
    // The ends of both branches lie at one depth, whichever is the longer.
    depthOf(name) {
      const own = split(name);
      if (!own) return name.startsWith('head.') ? depth : deepest;
      const [branch, inner] = own;
      return deepest - models[branch].depth + models[branch].depthOf(inner);
    },
    blocksOf(parameter) {
      const own = split(parameter.name);
      if (!own) return [wholeBlock(parameter)];
      const [branch, name] = own;
      return models[branch]
        .blocksOf({ ...parameter, name })
        .map((block) => ({ ...block, name: `${branch}.${block.name}` }));
    },
    largestTensor: (shape) => Math.max(points.largestTensor(shape), video.largestTensor(shape)),
    check({ tracks, video: clip }, what) {
      points.check(tracks, `the points of ${what}`);
      video.check(clip, `the video of ${what}`);
    },
    shapeOf: (clips) => points.shapeOf(tracksOf(clips)),
    async pack(clips, shape) {
      const videos = clips.map(({ video }) => video);
      return { ...(await points.pack(tracksOf(clips), shape)), ...(await video.pack(videos, video.shapeOf(videos))) };
    },
    augment: augmentPair(points, video),
    record: (tape, shape) => recordFusion(tape, config, shape),
  };
}
