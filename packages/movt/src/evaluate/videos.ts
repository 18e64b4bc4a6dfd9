import { badInput } from '@movt/kernels';
import type { ClipSet } from '../datasets/clip-set.ts';

/** What one answer stands for: a clip, or a video, whose clips' answers are averaged. */
export type Per = 'clip' | 'video';

/**
 * The clips that each answer is made of, by index. A video is the clips of one group.
 *
 * @throws MovtError bad_input for videos where there are no groups, or where clips of a group differ in label or target
 */
export function clipsByAnswer(set: ClipSet<unknown>, per: Per): number[][] {
  if (per === 'clip') return set.clips.map((_, i) => [i]);
  const refuse = (given: string, needed: string) => badInput({ action: 'averaging per video', given, needed });
  if (!set.group) throw refuse('clips without groups', 'a group for each clip: the video it came from');
  const mixed = findMixedGroup(set);
  if (mixed !== null) throw refuse(`group ${mixed} with clips of different truths`, 'one label or target a video');
  return [...clipsByGroup(set.group).values()];
}

/** Whether groups can be videos: the clips of each have one truth. Those of a subject, who did many things, have not. */
export function groupsAreVideos(set: ClipSet<unknown>): boolean {
  return set.group !== undefined && findMixedGroup(set) === null;
}

/** [outputs] of one clip; none where the set has none. */
export function targetsOf({ targets, clips }: ClipSet<unknown>, i: number): Float32Array {
  const width = (targets?.length ?? 0) / clips.length;
  return targets?.subarray(i * width, (i + 1) * width) ?? new Float32Array(0);
}

function clipsByGroup(group: readonly number[]): Map<number, number[]> {
  const clips = new Map<number, number[]>();
  for (const name of group) clips.set(name, []);
  for (const [i, name] of group.entries()) clips.get(name)!.push(i);
  return clips;
}

/** The first group whose clips differ in label or targets, or null. */
function findMixedGroup(set: ClipSet<unknown>): number | null {
  const truth = (i: number) => `${set.labels?.[i]} ${targetsOf(set, i)}`;
  for (const [name, [first, ...others]] of clipsByGroup(set.group!)) {
    if (others.some((i) => truth(i) !== truth(first))) return name;
  }
  return null;
}
