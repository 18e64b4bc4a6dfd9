import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Tracks } from '@movt/tracker/tracks';
import type { PixelClip, VideoClip } from 'movt';
import { writeMotion12Videos } from 'movt/data/motion-12';
import { makeVideos } from 'movt/data/videos';
import { readVideoFolder, type VideoCost } from 'movt/videos';
import type { StudyData } from './data.ts';
import type { Recipe } from './recipe.ts';
import type { Workspace } from './workspace.ts';

/** The same clips as each kind of model takes them, clip by clip. */
export interface VideoData {
  readonly tracks: StudyData<Tracks>;
  readonly pixels: StudyData<PixelClip>;
  readonly videos: StudyData<VideoClip>;
  /** What it took to get from files to tracks. */
  readonly cost: VideoCost;
}

/** Where `makeMotion12` puts the data. */
export const motion12Folder = ({ folder }: Workspace) => join(folder, 'motion-12');

/** Frames of a clip of motion-12. */
const FRAMES = 32;
/** Pixels along either side of its videos, as they are rendered and tracked. */
const RENDERED = 128;
const CLASSES = 12;

/** Renders clips of motion-12 as videos into the workspace, and makes tracks, pixels and small frames of them; what is there already stays. */
export async function makeMotion12(workspace: Workspace, { motion12 }: Recipe): Promise<void> {
  const { train, validation, test, points, videoFrames, videoSize, seed } = motion12;
  const clips = train + validation + test;
  const rounds = [train, validation, test].map((count) => count / CLASSES);
  const common = rounds.reduce(greatestDivisor);
  // In lowest terms, so that the parts alternate.
  const split = rounds.map((count) => count / common) as [number, number, number];
  const videos = join(workspace.folder, 'motion-12-videos');
  await writeMotion12Videos(videos, { clips, split, seed, frames: FRAMES, size: RENDERED });
  await makeVideos(videos, {
    layout: 'jester',
    output: motion12Folder(workspace),
    frames: FRAMES,
    points,
    videoFrames,
    size: videoSize,
  });
}

/**
 * Reads a folder that `movt data videos` made.
 * @throws MovtError bad_input where it holds no such data
 */
export async function readVideoData(folder: string): Promise<VideoData> {
  const { tracks, pixels, videos, cost } = await readVideoFolder(folder);
  const data = async <Set>(file: string, set: Set) => {
    const path = join(folder, file);
    return { set, path, sha256: await hashFile(path) };
  };
  return {
    tracks: await data('tracks.safetensors', tracks),
    pixels: await data('pixels.safetensors', pixels),
    videos: await data('video.safetensors', videos),
    cost,
  };
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
