import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, limitExceeded } from '@movt/kernels';
import { writePng } from '@movt/tracker/image';
import type { Tracks } from '@movt/tracker/tracks';
import { writeTracks } from '@movt/tracker/tracks-file';
import { type Command, Option } from 'commander';
import { SPLITS } from '../evaluate/split.ts';
import { MOTION_CLASSES } from '../motion-12/classes.ts';
import { type ClipOptions, describeClips, FEWEST_FRAMES, generateTracks, MOST_CLIPS } from '../motion-12/generate.ts';
import { createScene, type Scene } from '../motion-12/scene.ts';
import type { Rounds } from '../motion-12/split.ts';
import { withGpu } from './gpu.ts';
import { writeMotion12Videos } from './motion-12-videos.ts';
import { wholeNumber } from './options.ts';
import { checkOutputs, makeFolder } from './outputs.ts';
import { progress } from './progress.ts';
import { PICTURE, trackScene } from './track-scene.ts';

/** A file of them takes 1.5 GB, and so much memory twice. */
const MOST_PLACES = 2 ** 27;

interface Motion12Options extends ClipOptions {
  output?: string;
  clips: number;
  split: Rounds;
  perfect?: true;
  rendered?: true;
  pictures?: string;
  videos?: string;
  size: number;
}

/** `movt data motion-12`: makes labelled tracks of twelve motions. */
export function addMotion12(data: Command): void {
  data
    .command('motion-12')
    .description(
      'make clips of twelve motions, labelled: tracks with the faults of a tracker, or without, or from video',
    )
    .option('-o, --output <file>', 'the tracks (safetensors)')
    .requiredOption('--clips <count>', 'clips to make; the classes take turns', wholeNumber('--clips', 1, MOST_CLIPS))
    .requiredOption('--seed <number>', 'draws the clips', wholeNumber('--seed', 0, 2 ** 32 - 1))
    .option('--frames <count>', 'of a clip', wholeNumber('--frames', FEWEST_FRAMES, 1024), 32)
    .option('--points <count>', 'of a clip', wholeNumber('--points', 1, 4096), 64)
    .option(
      '--split <parts>',
      'train, validation or test: what all clips are for; or rounds of the twelve classes for each in turn',
      parseRounds,
      parseRounds('8:1:1'),
    )
    .addOption(new Option('--perfect', 'where each point truly is').conflicts('rendered'))
    .option('--rendered', `render the clips, ${PICTURE.width}×${PICTURE.height} pixels, and track the points`)
    .option('--pictures <folder>', 'with --rendered: also write the frames, a folder of PNGs a clip')
    .addOption(
      new Option(
        '--videos <folder>',
        'no tracks but videos, in the layout of Jester, with boxes of the thing; goes on where it was interrupted',
      ).conflicts(['output', 'perfect', 'rendered']),
    )
    .option('--size <pixels>', 'of a frame of --videos, along either side', wholeNumber('--size', 16, 1024), 128)
    .action(makeMotion12);
}

async function makeMotion12(options: Motion12Options): Promise<void> {
  const { output, split, perfect, rendered, pictures, videos } = options;
  if (videos !== undefined) {
    await writeMotion12Videos(videos, options);
    progress.end();
    console.log(`${videos}: ${options.clips} clips of ${options.frames} frames, in the layout of Jester`);
    return;
  }
  if (output === undefined) {
    throw badInput({ action: 'making motion-12', given: 'neither -o nor --videos', needed: 'where to write it' });
  }
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

/** Parts of the split: a name is a round of that part alone. */
function parseRounds(text: string): Rounds {
  const named = SPLITS.map((name) => Number(name === text));
  const counted = /^\d{1,3}:\d{1,3}:\d{1,3}$/.test(text) ? text.split(':').map(Number) : named;
  if (counted.some((rounds) => rounds > 0)) return counted as unknown as Rounds;
  throw badInput({
    action: 'reading --split',
    given: `'${text}'`,
    needed: 'train, validation, test, or rounds for each, as 8:1:1',
  });
}
