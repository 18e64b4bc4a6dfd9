import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { type Command, Option } from 'commander';
import { type Boxes, parseBoxes } from '../video-sets/boxes.ts';
import { JESTER } from '../video-sets/jester-names.ts';
import { LAYOUTS, type Layout, readVideoSet } from '../video-sets/read-folder.ts';
import type { VideoSet } from '../video-sets/video-set.ts';
import { type FolderPlan, type FolderWriter, openVideoFolderWriter } from '../videos/write-folder.ts';
import { withGpu } from './gpu.ts';
import { wholeNumber } from './options.ts';
import { createPace } from './pace.ts';
import { progress } from './progress.ts';
import { type ClipRequest, makeClip } from './video-clip.ts';

interface VideosOptions extends ClipRequest {
  layout: Layout;
  labels?: string;
  subset?: string;
  boxes?: string;
  output: string;
}

const HELP = `
Layouts, below SOURCE:
  jester  20bn-jester-v1/ID/00001.jpg …, jester-v1-labels.csv with a class a line, jester-v1-train.csv, -validation.csv and
          -test.csv with id;label a line
  ssv2    20bn-something-something-v2/ID.webm, something-something-v2-labels.json, -train.json, -validation.json, -test.json
Lists may be named without their prefix (train.csv) and lie in SOURCE/labels. Where the test list has no labels, those of
test-answers.csv are used, or its clips are left out.
A run that was interrupted goes on where it was when it is started again.`;

/** A clip's tracks and pixels are held in memory by those who train. */
const MOST_PLACES = 2 ** 22;

/** `movt data videos`: a video set to what each model takes, aligned clip by clip. */
export function addVideos(data: Command): void {
  data
    .command('videos')
    .description(
      'a set of videos into tracks, pixels and small frames of the same clips: what MovT, PixT and VideoMAE take',
    )
    .argument('<source>', 'the folder of the set')
    .addOption(new Option('--layout <name>', 'how the set lies on disk').choices(LAYOUTS).makeOptionMandatory())
    .requiredOption('-o, --output <folder>', 'for tracks, pixels and video.safetensors, and cost.json')
    .option('--labels <folder>', 'of the lists, where they are elsewhere')
    .option('--subset <file>', 'keep these classes: a name a line, or a JSON list')
    .option('--boxes <file>', `boxes of what matters, by id and frame (${JESTER.boxes} of SOURCE where it is there)`)
    .option('--frames <count>', 'for tracks and pixels, evenly from each video', wholeNumber('--frames', 2, 1024), 32)
    .option('--points <count>', 'of a clip, and pixels of a frame', wholeNumber('--points', 1, 4096), 48)
    .option(
      '--video-frames <count>',
      'for VideoMAE, evenly from those frames',
      wholeNumber('--video-frames', 1, 1024),
      16,
    )
    .option('--size <pixels>', 'along either side of a frame for VideoMAE', wholeNumber('--size', 16, 1024), 64)
    .addHelpText('after', HELP)
    .action(makeVideos);
}

export async function makeVideos(source: string, options: VideosOptions): Promise<void> {
  const { output, frames, points, videoFrames } = options;
  if (videoFrames > frames || frames * points > MOST_PLACES) {
    const given = `${frames} frames, ${points} points, ${videoFrames} video frames`;
    const needed = `no more video frames than frames, and at most ${MOST_PLACES} points of frames in a clip`;
    throw badInput({ action: 'choosing what to make of each video', given, needed });
  }
  progress.stage(`reading the lists of ${source}`);
  const set = await readVideoSet(source, options.layout, options);
  for (const note of set.notes) progress.note(note);
  const boxes = await readBoxes(source, options.boxes, set);
  const writer = await openVideoFolderWriter(output, planOf(set, boxes, options));
  if (writer) await makeClips(writer, set, boxes, options);
  progress.end();
  const size = `${frames} frames × ${points} points and ${videoFrames} frames of ${options.size}×${options.size}`;
  console.log(`${output}: ${set.videos.length} clips of ${set.classes.length} classes, ${size}`);
}

async function makeClips(writer: FolderWriter, { videos }: VideoSet, boxes: Boxes | undefined, options: VideosOptions) {
  const from = writer.done;
  try {
    await withGpu(async (context) => {
      progress.stage(`making ${videos.length - from} clips${from ? `, ${from} are there` : ''}`);
      const pace = createPace(videos.length);
      for (const { id, path } of videos.slice(from)) {
        const { clip, cost } = await makeClip(context, path, options, boxes?.get(id));
        await writer.add(clip, cost);
        progress.advance(writer.done, videos.length, pace(writer.done));
      }
    });
  } catch (error) {
    await writer.close();
    throw error;
  }
  await writer.finish();
}

/** The boxes of the set, by `--boxes` or beside it; each of its videos must have some. */
async function readBoxes(source: string, given: string | undefined, { videos }: VideoSet): Promise<Boxes | undefined> {
  const beside = join(source, JESTER.boxes);
  const isBeside = await stat(beside).then(
    () => true,
    () => false,
  );
  const path = given ?? (isBeside ? beside : undefined);
  if (path === undefined) return undefined;
  const boxes = parseBoxes(new TextDecoder().decode(await readFileBytes(path, 2 ** 28)), path);
  const without = videos.find(({ id }) => !boxes.has(id));
  if (without === undefined) return boxes;
  throw badInput({ action: `reading ${path}`, given: `no boxes of ${without.id}`, needed: 'some of every video' });
}

function planOf({ videos, classes }: VideoSet, boxes: Boxes | undefined, options: VideosOptions): FolderPlan {
  const { layout, frames, points, videoFrames, size } = options;
  const digest = createHash('sha256');
  for (const { id, label, part } of videos) digest.update(`${JSON.stringify([id, label, part, boxes?.get(id)])}\n`);
  const counts = [0, 1, 2].map((part) => videos.filter((video) => video.part === part).length);
  return {
    labels: videos.map(({ label }) => label),
    split: videos.map(({ part }) => part),
    classes,
    frames,
    points,
    videoFrames,
    size,
    source: `${layout}: ${counts.join(' + ')} videos of ${classes.length} classes, points tracked by KLT`,
    request: {
      layout,
      clips: videos.length,
      frames,
      points,
      video_frames: videoFrames,
      size,
      lists: digest.digest('hex'),
    },
  };
}
