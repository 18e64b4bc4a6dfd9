import { badInput } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { VideoClip } from 'movt';
import { derivedData, type StudyData } from './data.ts';

/** A set whose clips are seen whole and evenly, but less often: `frames` of their frames. Of all of them it is the set itself. */
export function thinTracks(data: StudyData<Tracks>, frames: number): StudyData<Tracks> {
  const { set } = data;
  if (set.clips.every(({ T }) => T === frames)) return data;
  const clips = set.clips.map((clip) => {
    const row = 3 * clip.N;
    const kept = evenFrames(clip.T, frames);
    return { data: pickRows(clip.data, row, kept, new Float32Array(frames * row)), T: frames, N: clip.N };
  });
  return derivedData(data, { frames }, { ...set, clips });
}

/** The same of videos, whose pixels are still read when they are needed. */
export function thinVideos(data: StudyData<VideoClip>, frames: number): StudyData<VideoClip> {
  const { set } = data;
  if (set.clips.every(({ T }) => T === frames)) return data;
  const clips = set.clips.map(({ T, height, width, pixels }): VideoClip => {
    const row = 3 * height * width;
    const kept = evenFrames(T, frames);
    return {
      ...{ T: frames, height, width },
      pixels: async () => pickRows(await pixels(), row, kept, new Uint8Array(frames * row)),
    };
  });
  return derivedData(data, { frames }, { ...set, clips });
}

/**
 * The middle ones of `frames` equal parts of a clip of T frames.
 * @throws MovtError bad_input where it has fewer
 */
export function evenFrames(T: number, frames: number): number[] {
  if (frames > T) {
    throw badInput({ action: 'taking some frames of a clip', given: `${frames} of ${T}`, needed: `at most ${T}` });
  }
  return Array.from({ length: frames }, (_, t) => Math.floor(((t + 0.5) * T) / frames));
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
