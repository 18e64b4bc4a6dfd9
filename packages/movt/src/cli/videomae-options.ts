import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import type { ModelConfig } from '../models.ts';
import type { VideomaeConfig } from '../videomae/config.ts';
import { wholeNumber } from './options.ts';

/** What a VideoMAE's checkpoint of somebody else does not say, beside the number of frames. */
export interface FrameSizeOptions {
  size?: number;
  heads?: number;
}

/** All that it does not say. */
export interface ClipSizeOptions extends FrameSizeOptions {
  frames?: number;
}

/** Adds the options of `FrameSizeOptions`, for commands whose `--frames` says more. */
export function addFrameSizes(command: Command): Command {
  return command
    .option(
      '--size <pixels>',
      "along each side of VideoMAE's frames, where its checkpoint does not say",
      wholeNumber('--size', 1, 1024),
    )
    .option('--heads <count>', "VideoMAE's attention heads, likewise", wholeNumber('--heads', 1, 128));
}

/** Adds the options of `ClipSizeOptions`. */
export function addClipSizes(command: Command): Command {
  return addFrameSizes(command).option(
    '--frames <count>',
    "frames of VideoMAE's clips, likewise",
    wholeNumber('--frames', 1, 256),
  );
}

/** Whether a checkpoint is a VideoMAE's. */
export function isVideomae(checkpoint: Checkpoint<ModelConfig>): checkpoint is Checkpoint<VideomaeConfig> {
  return 'model' in checkpoint.config && checkpoint.config.model === 'videomae';
}
