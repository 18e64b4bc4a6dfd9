import type { TrackSet } from '@movt/tracker/tracks';

/** The clips of an experiment, as a report tells them. */
export function describeClips({ clips, split, classes }: TrackSet) {
  const countOf = (part: number) => split!.filter((other) => other === part).length;
  return {
    train: countOf(0),
    validation: countOf(1),
    test: countOf(2),
    classes: classes!,
    frames: clips[0].T,
    points: clips[0].N,
  };
}
