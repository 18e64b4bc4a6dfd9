import { badInput } from '@movt/kernels';
import type { TrackSet, Tracks } from '@movt/tracker/tracks';
import { MOTION_CLASSES } from './classes.ts';
import { disturb } from './noise.ts';
import { drawPoints, followPoints } from './points.ts';
import { createScene } from './scene.ts';
import { partOf, type Rounds } from './split.ts';

export interface ClipOptions {
  /** 32 bits. Clip i of a seed is the same whatever else is asked for. */
  seed: number;
  /** Of a clip; at least 16, so that oscillations can be seen. */
  frames: number;
  /** Of a clip. */
  points: number;
}

export const FEWEST_FRAMES = 16;

/** Clips of one seed that a group number has room for. */
export const MOST_CLIPS = 2 ** 20;

/**
 * Tracks of clip `clip`.
 *
 * @param perfect Each point's true place in every frame, also where it is hidden: the camera moves and points are covered or leave the
 *   picture, and nothing else is amiss. Otherwise they are as a tracker's: see `Noise`.
 * @throws MovtError bad_input for too few frames
 */
export function generateTracks(clip: number, { seed, frames, points }: ClipOptions, perfect: boolean): Tracks {
  if (frames < FEWEST_FRAMES) {
    throw badInput({ action: 'making motion-12', given: `${frames} frames`, needed: `at least ${FEWEST_FRAMES}` });
  }
  const scene = createScene(seed, clip, frames);
  const truth = followPoints(scene, drawPoints(scene, points));
  const seen = perfect ? truth : disturb(truth, scene);
  const data = Float32Array.from(seen.flat().flatMap(({ place, isHidden }) => [place.x, place.y, isHidden ? 1 : 0]));
  return { data, T: frames, N: points };
}

/**
 * Clips 0, 1, … of a seed with what is known of them. Each is a group of its own, and no other seed has that group.
 *
 * @param split What the clips are for.
 * @param how How the tracks were made, for the set's source.
 */
export function describeClips(
  clips: Tracks[],
  { seed, frames, points }: ClipOptions,
  split: Rounds,
  how: string,
): TrackSet {
  const count = MOTION_CLASSES.length;
  return {
    clips,
    labels: clips.map((_, i) => i % count),
    split: clips.map((_, i) => partOf(i, split)),
    group: clips.map((_, i) => seed * MOST_CLIPS + i),
    classes: [...MOTION_CLASSES],
    source: `motion-12: ${clips.length} clips of ${frames} frames and ${points} points, seed ${seed}, ${how}`,
  };
}
