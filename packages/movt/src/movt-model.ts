import { checkTracks, type Tracks } from '@movt/tracker/tracks';
import type { MovtConfig } from './config.ts';
import type { Model } from './model.ts';
import { commonShape, padClips } from './pad-clips.ts';
import { movtParameters } from './parameters.ts';
import type { Shape } from './plan.ts';
import { augmentClip } from './train/augment.ts';
import { recordMovt } from './train/graph/movt.ts';
import { movtBlocks } from './train/graph/movt-blocks.ts';
import type { Tape } from './train/graph/tape.ts';
import { answerOf, type Encoded } from './train/graph/trunk.ts';
import { trunkNetwork } from './trunk-network.ts';

/** MovT, as the trainer takes it. */
export function movtModel(config: MovtConfig): Model<Tracks> {
  const { outputs } = config;
  return {
    ...trunkNetwork(config),
    config,
    outputs,
    parameters: movtParameters(config),
    blocksOf: movtBlocks,
    check: checkTracks,
    shapeOf: commonShape,
    pack: (clips, shape) => ({ ...padClips(clips, shape) }),
    augment: augmentClip,
    record: (tape, shape) => answerOf(tape, movtTokens(tape, config, shape), outputs),
  };
}

/** Declares MovT's inputs on the tape's plan and states its pass up to the last encoder layer. */
export function movtTokens(tape: Tape, config: MovtConfig, { batch, frames, points }: Shape): Encoded {
  const { plan } = tape;
  const tracks = plan.input('tracks', batch * frames * points * 3);
  const clipFrames = plan.input('frames', batch);
  const mask = plan.input('mask', batch * points);
  return recordMovt(tape, config, { batch, frames, points, tracks, clipFrames }, mask);
}
