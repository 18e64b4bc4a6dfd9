import { badInput } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { PixelClip, VideoClip } from 'movt';
import { splitValidation } from 'movt/datasets';
import { readDataset } from 'movt/datasets/file';
import { hashSet } from 'movt/train/folder';
import { isVideoFolder } from 'movt/videos';
import { derivedData, type StudyData } from '../experiment/data.ts';
import { readVideoData } from '../experiment/video-data.ts';

/** What a study is about: labelled clips as tracks and, where they came from videos, as pixels. */
export interface StudyClips {
  readonly tracks: StudyData<Tracks>;
  /** The same clips, clip by clip, as pixels and as videos; null where there are tracks alone. */
  readonly pixels: StudyData<PixelClip> | null;
  readonly videos: StudyData<VideoClip> | null;
}

/** Share of the training clips that is held out where a set has no validation clips, and the seed that draws them. */
const HELD_OUT = { share: 0.15, seed: 1 };

/**
 * Reads what `movt data videos` made of videos (a folder with video.safetensors), or tracks alone (a tracks file, or a folder of them).
 *
 * @throws MovtError bad_input where there is no such data, and for clips without labels or without a split into training and test
 */
export async function readStudyClips(path: string): Promise<StudyClips> {
  if (await isVideoFolder(path)) {
    const { tracks, pixels, videos } = await readVideoData(path);
    return { tracks: judged(tracks), pixels: judged(pixels), videos: judged(videos) };
  }
  const set = await readDataset(path);
  return { tracks: judged({ set, path, sha256: await hashSet(set) }), pixels: null, videos: null };
}

/** The set with validation clips: its own, or a share of the training clips. */
function judged<Clip>(data: StudyData<Clip>): StudyData<Clip> {
  const { set, path } = data;
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${path}`, given, needed });
  if (!set.labels || !set.classes) throw refuse('clips without labels and classes', 'both: studies tell classes apart');
  for (const [part, name] of [
    [0, 'training'],
    [2, 'test'],
  ] as const) {
    if (!set.split?.includes(part))
      throw refuse(`no ${name} clips`, 'clips of both: models are trained, then judged on others');
  }
  if (set.split!.includes(1)) return data;
  return derivedData(data, { held_out: HELD_OUT }, splitValidation(set, HELD_OUT.share, HELD_OUT.seed));
}
