import { badInput, type GpuContext } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import { readTracks } from '@movt/tracker/tracks-file';
import type { Command } from 'commander';
import { type Checkpoint, onlyMovt } from '../checkpoint.ts';
import { readModelCheckpoint } from '../checkpoint-file.ts';
import type { RunCost } from '../plan-predictor.ts';
import type { DevicePredictor, Prediction } from '../predict.ts';
import { answersJson, describeAnswers } from './answers.ts';
import { costJson, costTable, predictionStages, type StageCost, trackingStages } from './cost.ts';
import { addDeviceOption, type Device, type DeviceWord, describeDevice, deviceJson, withDevice } from './device.ts';
import { addClipOptions, type ClipChoice } from './options.ts';
import { addViewOptions, clipOf, predictVideo, refuseViews, type ViewOptions } from './predict-video.ts';
import { progress } from './progress.ts';
import { trackClip } from './track-clip.ts';
import { isVideomae } from './videomae-options.ts';

interface PredictOptions extends ClipChoice, ViewOptions {
  model: string;
  tracks?: string;
  video?: string;
  device: DeviceWord;
  json?: true;
  features?: true;
}

/** Clips between two reports of progress; the predictor makes batches of its own within. */
export const CLIPS_AT_ONCE = 32;

/** A prediction that was made in parts. */
interface Answers extends Pick<Prediction, 'outputs' | 'features'> {
  costs: RunCost[];
}

/** `movt predict`: a checkpoint's answer for the clips of a tracks file, or for a video. */
export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .description("a checkpoint's answer for each clip of a tracks file, or for a video")
    .requiredOption('--model <file>', 'the checkpoint (safetensors or .pth, or a folder with one): MovT or VideoMAE')
    .option('--tracks <file>', 'clips to answer for (safetensors)')
    .option('--video <path>', 'a video or a folder of images; for MovT it is tracked first');
  addViewOptions(addDeviceOption(addClipOptions(command, '32')))
    .option('--json', 'print one JSON document')
    .option('--features', 'E_M, E_P and E_F of each clip as well (of VideoMAE E_F), in the JSON')
    .action(async (options: PredictOptions) => {
      checkChoices(options);
      const given = (name: string) => command.getOptionValueSource(name) === 'cli';
      const checkpoint = await readModelCheckpoint(options.model, clipOf(options, given('frames')));
      if (isVideomae(checkpoint)) return predictVideo(checkpoint, options, given('points'));
      refuseViews(options);
      return predictTracks(onlyMovt(checkpoint, options.model), options);
    });
}

async function predictTracks(checkpoint: Checkpoint, options: PredictOptions): Promise<void> {
  const set = options.tracks === undefined ? null : await readTracks(options.tracks);
  await withDevice(options.device, options.video !== undefined, async (device) => {
    const stages: StageCost[] = [];
    const clips = set ? set.clips : [await trackFirst(device.context!, options, stages)];
    progress.stage(`predicting ${clips.length} clip(s)`);
    const predictor = await device.createPredictor(checkpoint);
    const answers = await predictAll(predictor, clips, options.features === true);
    stages.push(...predictionStages(answers.costs, device.context?.liveBytes ?? 0));
    await predictor.destroy();
    progress.end();
    if (options.json) console.log(JSON.stringify(predictionJson(answers, checkpoint, stages, device)));
    else {
      for (const [i, line] of describeAnswers(answers.outputs, checkpoint).entries()) console.log(`clip ${i}: ${line}`);
      console.log(`\n${costTable(stages)}\n${describeDevice(device)}`);
    }
  });
}

function checkChoices({ tracks, video, json, features }: PredictOptions): void {
  const refuse = (given: string, needed: string) => badInput({ action: 'predicting', given, needed });
  if (tracks === undefined && video === undefined) {
    throw refuse('neither --tracks nor --video', '--tracks FILE or --video PATH');
  }
  if (tracks !== undefined && video !== undefined) throw refuse('both --tracks and --video', 'one of them');
  if (features && !json) throw refuse('--features without --json', 'both: features are numbers for programs');
}

async function trackFirst(context: GpuContext, options: PredictOptions, stages: StageCost[]): Promise<Tracks> {
  const { tracks, cost } = await trackClip(context, options.video!, options);
  stages.push(...trackingStages(cost, context.peakBytes));
  return tracks;
}

/** All answers, with progress between parts. */
export async function predictAll(
  predictor: DevicePredictor,
  clips: readonly Tracks[],
  features: boolean,
): Promise<Answers> {
  const parts: Prediction<RunCost>[] = [];
  for (let first = 0; first < clips.length; first += CLIPS_AT_ONCE) {
    parts.push(await predictor.predict(clips.slice(first, first + CLIPS_AT_ONCE), { features }));
    progress.advance(Math.min(first + CLIPS_AT_ONCE, clips.length), clips.length);
  }
  return {
    outputs: parts.flatMap((part) => part.outputs),
    ...(features && { features: parts.flatMap((part) => part.features!) }),
    costs: parts.map((part) => part.cost),
  };
}

function predictionJson(
  { outputs, features }: Answers,
  checkpoint: Checkpoint,
  stages: readonly StageCost[],
  device: Device,
) {
  return {
    ...answersJson(outputs, checkpoint),
    ...(features && {
      features: features.map((clip) => ({
        motion: rows(clip.motion, checkpoint.config.dim),
        position: rows(clip.position, checkpoint.config.dim),
        features: Array.from(clip.features),
      })),
    }),
    timing: costJson(stages),
    ...deviceJson(device),
  };
}

/** [N,width], flat, as a list of N lists. */
function rows(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, n) =>
    Array.from(values.subarray(n * width, (n + 1) * width)),
  );
}
