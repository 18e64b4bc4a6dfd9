import { normalise, type TrackSet, type Tracks } from '@movt/tracker/tracks';

/** Pixels of a picture of this size to normalised coordinates; the set remembers the size. */
export function fromPixels(set: TrackSet, width: number, height: number): TrackSet {
  const clips = set.clips.map((clip) => ({ ...clip, data: normalise(clip.data, width, height) }));
  return { ...set, clips, picture: { width, height, fps: set.picture?.fps ?? 0 } };
}

/**
 * For coordinates in units of their own (metres, a skeleton's size): each clip is centred on the mean of its points
 * over all frames and divided by its largest absolute coordinate, so that it fills [−1, 1]. Hidden points move along
 * but do not count, unless all are hidden.
 */
export function centreClips(set: TrackSet): TrackSet {
  return { ...set, clips: set.clips.map(centre) };
}

function centre({ data, T, N }: Tracks): Tracks {
  const visible: number[] = [];
  for (let i = 0; i < data.length; i += 3) if (data[i + 2] === 0) visible.push(i);
  const counted = visible.length ? visible : Array.from({ length: T * N }, (_, point) => point * 3);

  const mean = [0, 1].map((axis) => counted.reduce((sum, i) => sum + data[i + axis], 0) / counted.length);
  const largest = counted.reduce((most, i) => {
    return Math.max(most, Math.abs(data[i] - mean[0]), Math.abs(data[i + 1] - mean[1]));
  }, 0);
  // All points in one place have no size to divide by.
  const scale = largest || 1;
  return { data: data.map((value, i) => (i % 3 === 2 ? value : (value - mean[i % 3]) / scale)), T, N };
}
