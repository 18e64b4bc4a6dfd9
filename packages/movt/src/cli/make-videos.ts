import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { type Boxes, parseBoxes } from '../video-sets/boxes.ts';
import { JESTER } from '../video-sets/jester-names.ts';
import { type Layout, type ReadSetOptions, readVideoSet } from '../video-sets/read-folder.ts';
import type { VideoSet } from '../video-sets/video-set.ts';
import { type FolderPlan, type FolderWriter, openVideoFolderWriter } from '../videos/write-folder.ts';
import { withGpu } from './gpu.ts';
import { createPace } from './pace.ts';
import { progress } from './progress.ts';
import { type ClipRequest, makeClip } from './video-clip.ts';

/** Which set, and what is made of each of its videos. */
export interface VideosRequest extends ClipRequest, ReadSetOptions {
  readonly layout: Layout;
  /** A file of boxes; left out: `boxes.json` of the set, where it is there. */
  readonly boxes?: string;
  /** The folder to be written. */
  readonly output: string;
}

/** A clip's tracks and pixels are held in memory by those who train. */
const MOST_PLACES = 2 ** 22;

/**
 * Makes a folder for `readVideoFolder` of a video set, each video decoded once. Interrupted, it goes on where it was when it is called again;
 * where all is there already it returns at once.
 *
 * @param source the folder of the set
 * @returns how many clips and classes there are
 * @throws MovtError bad_input that names the list, the line or the video at fault; for a folder of another request
 */
export async function makeVideos(source: string, options: VideosRequest): Promise<{ clips: number; classes: number }> {
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
  return { clips: set.videos.length, classes: set.classes.length };
}

async function makeClips(writer: FolderWriter, { videos }: VideoSet, boxes: Boxes | undefined, options: VideosRequest) {
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

function planOf({ videos, classes }: VideoSet, boxes: Boxes | undefined, options: VideosRequest): FolderPlan {
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
