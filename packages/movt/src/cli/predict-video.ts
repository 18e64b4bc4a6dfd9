import { basename } from 'node:path';
import { badInput } from '@movt/kernels';
import { openVideo } from '@movt/tracker/frames';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { logMeanProbabilities, logProbabilities } from '../evaluate/log-probabilities.ts';
import { modelOf } from '../models.ts';
import { predictorOf } from '../predictors.ts';
import type { VideoClip } from '../videomae/clip.ts';
import type { VideomaeConfig } from '../videomae/config.ts';
import type { ImportOptions } from '../videomae/import.ts';
import { preprocessFrames, uniformFrames } from '../videomae/preprocess.ts';
import { answersJson, describeAnswers } from './answers.ts';
import { costJson, costTable, predictionStages, type StageCost } from './cost.ts';
import type { DeviceWord } from './device.ts';
import { withGpu } from './gpu.ts';
import type { ClipChoice } from './options.ts';
import { progress } from './progress.ts';
import { addFrameSizes, type FrameSizeOptions } from './videomae-options.ts';

/** How a video is shown to a VideoMAE. */
export interface ViewOptions extends FrameSizeOptions {
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
  return addFrameSizes(command).addOption(
    new Option(
      '--views <list>',
      'VideoMAE: in time × in space, whose answers are averaged: 2x3, as the authors',
    ).argParser(parseViews),
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

/** Refuses for a MovT what only a VideoMAE has. */
export function refuseViews({ size, heads, views }: VideoOptions): void {
  if ((size ?? heads ?? views) === undefined) return;
  throw badInput({ action: 'predicting', given: '--size, --heads or --views', needed: 'a VideoMAE for those' });
}

/** A VideoMAE's answer for a video: the mean of its answers for all views. */
export async function predictVideo(
  checkpoint: Checkpoint<VideomaeConfig>,
  options: VideoOptions,
  pointsGiven: boolean,
): Promise<void> {
  const { video, views = { segments: 1, crops: 1 } } = options;
  checkOptions(options, pointsGiven);
  const started = performance.now();
  progress.stage(`decoding ${basename(video!)}`);
  const clips = await readViews(video!, checkpoint.config, options, views);
  const stages: StageCost[] = [{ name: 'decode and resize', ms: performance.now() - started }];
  await withGpu(async (context) => {
    progress.stage(`predicting ${clips.length} view(s)`);
    const predictor = predictorOf<VideoClip>(context, modelOf(checkpoint.config), checkpoint.weights);
    const { outputs, features, cost } = await predictor.predict(clips, { features: options.features === true });
    stages.push(...predictionStages([cost], context.peakBytes, 'VideoMAE'));
    await predictor.destroy();
    progress.end();
    const answer = [checkpoint.task === 'classification' ? meanClasses(outputs) : mean(outputs)];
    if (options.json) {
      const json = {
        ...answersJson(answer, checkpoint),
        views,
        ...(features && { features: [{ features: Array.from(mean(features)) }] }),
        timing: costJson(stages),
        device: 'gpu',
        adapter: context.adapter.name,
      };
      console.log(JSON.stringify(json));
    } else {
      console.log(`clip 0: ${describeAnswers(answer, checkpoint)[0]}`);
      console.log(`\n${costTable(stages)}\nadapter: ${context.adapter.name}`);
    }
  });
}

function checkOptions({ video, device, frames }: VideoOptions, pointsGiven: boolean): void {
  const refuse = (given: string, needed: string, fix?: string) =>
    badInput({ action: 'predicting with a VideoMAE', given, needed, ...(fix && { fix }) });
  if (video === undefined) throw refuse('--tracks', '--video PATH: it sees pictures');
  if (pointsGiven) throw refuse('--points', 'no points: it sees pictures');
  if (frames.kind !== 'exactly') throw refuse('--frames that are no number', 'a number of frames');
  if (device === 'wasm' || device === 'cpu') {
    throw refuse(`--device ${device}`, '--device gpu', 'Elsewhere, run what `movt export --onnx` writes.');
  }
}

/** The views of a part of a video: every crop of the first segment, then of the second. Frames are decoded once and cut at once. */
async function readViews(
  path: string,
  { frames, size, patch }: VideomaeConfig,
  { start, end }: ClipChoice,
  { segments, crops }: { segments: number; crops: number },
): Promise<VideoClip[]> {
  const chosen: number[][] = [];
  const positions = (available: number) => {
    for (let s = 0; s < segments; s++) chosen.push(uniformFrames(available, frames, s, segments));
    return [...new Set(chosen.flat())].sort((a, b) => a - b);
  };
  const source = await openVideo(path, {
    sampling: { kind: 'chosen', positions },
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
  });
  const frameBytes = size * size * 3;
  const clips = Array.from({ length: segments * crops }, () => new Uint8Array(frames * frameBytes));
  try {
    const wanted = [...new Set(chosen.flat())].sort((a, b) => a - b);
    let cut: Uint8Array[] = [];
    let read = 0;
    for await (const frame of source) {
      cut = preprocessFrames([frame], size, patch, crops);
      read = frame.index + 1;
      place(wanted[frame.index]);
    }
    // Where a video is cut off, its last frame stands for those that are missing.
    for (const position of wanted.slice(read)) place(position);
    for (const warning of source.warnings) progress.note(`warning: ${warning}`);

    function place(position: number): void {
      for (const [s, segment] of chosen.entries()) {
        for (const [t, each] of segment.entries()) {
          if (each !== position) continue;
          for (const [c, pixels] of cut.entries()) clips[s * crops + c].set(pixels, t * frameBytes);
        }
      }
    }
  } finally {
    await source.close();
  }
  return clips.map((pixels) => ({ T: frames, height: size, width: size, pixels: () => pixels }));
}

/** Of one view its logits; of several, logarithms of the mean of their class probabilities, whose softmax is that mean. */
function meanClasses(outputs: readonly Float32Array[]): Float32Array {
  if (outputs.length === 1) return outputs[0];
  return Float32Array.from(logMeanProbabilities(outputs.map(logProbabilities)));
}

function mean(values: readonly Float32Array[]): Float32Array {
  return values[0].map((_, i) => values.reduce((sum, each) => sum + each[i], 0) / values.length);
}
