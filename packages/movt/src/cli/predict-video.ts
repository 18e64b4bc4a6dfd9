import { basename } from 'node:path';
import { badInput } from '@movt/kernels';
import { openVideo } from '@movt/tracker/frames';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { logMeanProbabilities, logProbabilities } from '../evaluate/log-probabilities.ts';
import { type ModelConfig, modelOf } from '../models.ts';
import { predictorOf } from '../predictors.ts';
import type { VideoClip } from '../videomae/clip.ts';
import type { VideomaeConfig } from '../videomae/config.ts';
import type { ImportOptions } from '../videomae/import.ts';
import { preprocessFrames, uniformFrames } from '../videomae/preprocess.ts';
import { answersJson, describeAnswers } from './answers.ts';
import { costJson, costTable, predictionStages, type StageCost } from './cost.ts';
import type { DeviceWord } from './device.ts';
import { withGpu } from './gpu.ts';
import { type ClipChoice, wholeNumber } from './options.ts';
import { progress } from './progress.ts';

/** How a video is shown to a VideoMAE. */
export interface ViewOptions {
  /** Pixels along each side of a frame, and attention heads, where the checkpoint does not say. */
  size?: number;
  heads?: number;
  views?: { segments: number; crops: number };
}

interface VideoOptions extends ClipChoice, ViewOptions {
  video?: string;
  device: DeviceWord;
  json?: true;
  features?: true;
}

/** Adds the options of `ViewOptions`. */
export function addViewOptions(command: Command): Command {
  return command
    .option('--size <pixels>', "VideoMAE's frames, where the checkpoint does not say", wholeNumber('--size', 1, 1024))
    .option('--heads <count>', "VideoMAE's attention heads, likewise", wholeNumber('--heads', 1, 128))
    .addOption(
      new Option('--views <list>', 'VideoMAE: in time × in space, whose answers are averaged: 2x3, as the authors').argParser(
        parseViews,
      ),
    );
}

function parseViews(text: string): ViewOptions['views'] {
  const [, segments, crops] = /^([1-9]\d?)x([1-9]\d?)$/.exec(text) ?? [];
  if (segments === undefined) throw new InvalidArgumentError('Need two whole numbers of 1 to 99: 2x3.');
  return { segments: Number(segments), crops: Number(crops) };
}

/** What the command line says of a VideoMAE's clips; `framesGiven` where `--frames` is no default. */
export function clipOf({ frames, size, heads }: VideoOptions, framesGiven: boolean): ImportOptions {
  return {
    ...(framesGiven && frames.kind === 'exactly' && { frames: frames.count }),
    ...(size !== undefined && { size }),
    ...(heads !== undefined && { heads }),
  };
}
