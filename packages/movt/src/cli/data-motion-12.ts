import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, limitExceeded } from '@movt/kernels';
import { writePng } from '@movt/tracker/image';
import type { Tracks } from '@movt/tracker/tracks';
import { writeTracks } from '@movt/tracker/tracks-file';
import { type Command, Option } from 'commander';
import { MOTION_CLASSES } from '../motion-12/classes.ts';
import {
  type ClipOptions,
  describeClips,
  FEWEST_FRAMES,
  generateTracks,
  MOST_CLIPS,
  SPLITS,
  type Split,
} from '../motion-12/generate.ts';
import { createScene, type Scene } from '../motion-12/scene.ts';
import { withGpu } from './gpu.ts';
import { wholeNumber } from './options.ts';
import { checkOutputs, makeFolder } from './outputs.ts';
import { progress } from './progress.ts';
import { PICTURE, trackScene } from './track-scene.ts';

/** A file of them takes 1.5 GB, and so much memory twice. */
const MOST_PLACES = 2 ** 27;

interface Motion12Options extends ClipOptions {
  output: string;
  clips: number;
  split?: Split;
  perfect?: true;
  rendered?: true;
  pictures?: string;
}

/** `movt data motion-12`: makes labelled tracks of twelve motions. */
export function addMotion12(data: Command): void {
  data
    .command('motion-12')
    .description(
      'make clips of twelve motions, labelled: tracks with the faults of a tracker, or without, or from video',
    )
    .requiredOption('-o, --output <file>', 'the tracks (safetensors)')
    .requiredOption('--clips <count>', 'clips to make; the classes take turns', wholeNumber('--clips', 1, MOST_CLIPS))
    .requiredOption('--seed <number>', 'draws the clips', wholeNumber('--seed', 0, 2 ** 32 - 1))
    .option('--frames <count>', 'of a clip', wholeNumber('--frames', FEWEST_FRAMES, 1024), 32)
    .option('--points <count>', 'of a clip', wholeNumber('--points', 1, 4096), 64)
    .addOption(
      new Option('--split <name>', 'what all clips are for; left out, of ten 8 train, 1 validates, 1 tests').choices(
        SPLITS,
      ),
    )
    .addOption(new Option('--perfect', 'where each point truly is').conflicts('rendered'))
    .option('--rendered', `render the clips, ${PICTURE.width}×${PICTURE.height} pixels, and track the points`)
    .option('--pictures <folder>', 'with --rendered: also write the frames, a folder of PNGs a clip')
    .action(makeMotion12);
}

async function makeMotion12(options: Motion12Options): Promise<void> {
  const { output, split, perfect, rendered, pictures } = options;
  if (pictures !== undefined && !rendered) {
    throw badInput({ action: 'reading --pictures', given: 'no --rendered', needed: 'clips that are rendered' });
  }
  checkSize(options);
  await checkOutputs([output], []);
  const clips = rendered
    ? await renderClips(options)
    : await collect(options, (i) => generateTracks(i, options, perfect === true));
  const how = rendered ? 'rendered and tracked (KLT)' : perfect ? 'true tracks' : 'tracks with drawn faults';
  const set = describeClips(clips, options, split, how);
  await writeTracks(output, rendered ? { ...set, picture: PICTURE } : set);
  progress.end();
  console.log(`${output}: ${set.source}`);
}

function checkSize({ clips, frames, points }: Motion12Options): void {
  if (clips * frames * points <= MOST_PLACES) return;
  throw limitExceeded({
    action: 'making motion-12',
    given: `${clips} clips of ${frames} frames and ${points} points`,
    needed: `at most ${MOST_PLACES} points of frames of clips in one file`,
    fix: 'Make fewer clips, and more files with other seeds.',
  });
}

async function renderClips(options: Motion12Options): Promise<Tracks[]> {
  const { seed, frames, points, pictures } = options;
  if (pictures !== undefined) await makeFolder(pictures);
  return withGpu((context) =>
    collect(options, async (i) => {
      const scene = createScene(seed, i, frames);
      const write = pictures === undefined ? undefined : await pictureWriter(pictures, i, scene);
      return trackScene(context, scene, points, write);
    }),
  );
}

async function collect({ clips: count }: Motion12Options, make: (i: number) => Tracks | Promise<Tracks>) {
  progress.stage(`making ${count} clips`);
  const clips: Tracks[] = [];
  for (let i = 0; i < count; i++) {
    clips.push(await make(i));
    progress.advance(i + 1, count);
  }
  return clips;
}

/** Writes frames as FOLDER/0003-turn-clockwise/00.png …, which `movt track` reads. */
async function pictureWriter(folder: string, clip: number, { label, frames }: Scene) {
  const digits = String(frames - 1).length;
  const name = `${String(clip).padStart(4, '0')}-${MOTION_CLASSES[label]!.replaceAll(' ', '-')}`;
  await mkdir(join(folder, name), { recursive: true });
  return (frame: { index: number; width: number; height: number; data: Uint8Array }) =>
    writePng(join(folder, name, `${String(frame.index).padStart(digits, '0')}.png`), frame);
}
