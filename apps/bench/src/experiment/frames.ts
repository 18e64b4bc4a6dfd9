import { badInput } from '@movt/kernels';
import { sampleIndices } from '@movt/tracker/frames';
import type { Tracks } from '@movt/tracker/tracks';
import type { VideoClip } from 'movt';
import { derivedData, type StudyData } from './data.ts';

/** A set whose clips are seen whole and evenly, but less often: `frames` of their frames. Of all of them it is the set itself. */
export function thinTracks(data: StudyData<Tracks>, frames: number): StudyData<Tracks> {
  const { set } = data;
  if (set.clips.every(({ T }) => T === frames)) return data;
  const clips = set.clips.map((clip) => {
    const row = 3 * clip.N;
    const kept = evenPlaces(clip.T, frames);
    return { data: pickRows(clip.data, row, kept, new Float32Array(frames * row)), T: frames, N: clip.N };
  });
  return derivedData(data, { frames: evenPlaces(set.clips[0].T, frames) }, { ...set, clips });
}

/** The same of videos, whose pixels are still read when they are needed. */
export function thinVideos(data: StudyData<VideoClip>, frames: number): StudyData<VideoClip> {
  const { set } = data;
  if (set.clips.every(({ T }) => T === frames)) return data;
  const clips = set.clips.map(({ T, height, width, pixels }): VideoClip => {
    const row = 3 * height * width;
    const kept = evenPlaces(T, frames);
    return {
      T: frames,
      height,
      width,
      pixels: async () => pickRows(await pixels(), row, kept, new Uint8Array(frames * row)),
    };
  });
  return derivedData(data, { frames: evenPlaces(set.clips[0].T, frames) }, { ...set, clips });
}

/**
 * Places of `count` among `length`, evenly from the first to the last, as `movt data videos` takes frames from a video.
 * @throws MovtError bad_input where there are fewer
 */
export function evenPlaces(length: number, count: number): readonly number[] {
  if (count <= length) return sampleIndices(length, { kind: 'exactly', count });
  throw badInput({ action: 'taking some, evenly', given: `${count} of ${length}`, needed: `at most ${length}` });
}

function pickRows<Values extends Float32Array | Uint8Array>(
  from: Values,
  row: number,
  kept: readonly number[],
  to: Values,
): Values {
  for (const [at, t] of kept.entries()) to.set(from.subarray(t * row, (t + 1) * row), at * row);
  return to;
}
