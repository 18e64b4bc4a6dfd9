import { checkTracks, type Tracks } from '@movt/tracker/tracks';
import type { MovtConfig } from './config.ts';
import type { Model } from './model.ts';
import { commonShape, padClips } from './pad-clips.ts';
import { movtParameters } from './parameters.ts';
import { augmentClip } from './train/augment.ts';
import { recordMovt } from './train/graph/movt.ts';
import { movtBlocks } from './train/graph/movt-blocks.ts';

/** MovT, as the trainer takes it. */
export function movtModel(config: MovtConfig): Model<Tracks> {
  const { motionHidden, width, feedForward, layers, outputs } = config;
  const depth = layers + 1;
  return {
    config,
    outputs,
    parameters: movtParameters(config),
    groups: ['motion', 'position', 'fuse', 'encoder', 'head'],
    depth,
    depthOf(parameter) {
      if (parameter.startsWith('head.')) return depth;
      const layer = /^encoder\.layers\.(\d+)\./.exec(parameter)?.[1];
      return layer === undefined ? 0 : Number(layer) + 1;
    },
    blocksOf: movtBlocks,
    check: checkTracks,
    shapeOf: commonShape,
    largestTensor: ({ batch, frames, points }) =>
      batch * points * Math.max(frames * Math.max(...motionHidden), 3 * width, feedForward),
    pack: (clips, shape) => ({ ...padClips(clips, shape) }),
    augment: augmentClip,
    record(tape, { batch, frames, points }) {
      const { plan } = tape;
      const tracks = plan.input('tracks', batch * frames * points * 3);
      const clipFrames = plan.input('frames', batch);
      const mask = plan.input('mask', batch * points);
      return recordMovt(tape, config, { batch, frames, points, tracks, clipFrames }, mask);
    },
  };
}
