import { badInput } from '@movt/kernels';

/**
 * Point tracks of one clip: `data` is [T,N,3], row-major, each point x, y, occluded (1 = hidden, 0 = visible).
 * Coordinates are centred and isotropic, about [−1, 1]: `normalise` makes them from pixels. Clips of any T and N may
 * stand in one array.
 */
export interface Tracks {
  data: Float32Array;
  /** Frames. */
  T: number;
  /** Points. */
  N: number;
}

/** The picture that tracks were taken from. */
export interface Picture {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Frames a second; 0 where unknown. */
  fps: number;
}

/** What a tracks file holds: S clips and what is known of them. */
export interface TrackSet {
  /** S clips; a file holds clips of one T and one N only. */
  clips: Tracks[];
  /** [S] class indices, from 0. */
  labels?: number[];
  /** [S,K] values to regress. */
  targets?: Float32Array;
  /** [S] 0 = train, 1 = validation, 2 = test. */
  split?: number[];
  /** [S] the video that a clip came from, or its subject: clips of one group never straddle a split. */
  group?: number[];
  /** Class names, by label. */
  classes?: string[];
  picture?: Picture;
  /** Where the tracks came from, in words. */
  source?: string;
}

/**
 * Pixels to normalised coordinates: x = (px − W/2)/s, y = (py − H/2)/s with s = max(W, H)/2; the occlusion flag is
 * kept.
 *
 * @param pixels [..,3] x, y, occluded.
 * @returns A new array of the same shape.
 */
export function normalise(pixels: Float32Array, width: number, height: number): Float32Array {
  const s = Math.max(width, height) / 2;
  return mapPoints(pixels, (x, y) => [(x - width / 2) / s, (y - height / 2) / s]);
}

/** The inverse of `normalise`: [..,3] normalised to a new [..,3] in pixels. */
export function denormalise(data: Float32Array, width: number, height: number): Float32Array {
  const s = Math.max(width, height) / 2;
  return mapPoints(data, (x, y) => [x * s + width / 2, y * s + height / 2]);
}

function mapPoints(points: Float32Array, map: (x: number, y: number) => [number, number]): Float32Array {
  const mapped = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    mapped.set(map(points[i], points[i + 1]), i);
    mapped[i + 2] = points[i + 2];
  }
  return mapped;
}

/**
 * Refuses tracks that no model can take: fewer than two frames, no point, a size that is not T·N·3, a coordinate that
 * is not finite or an occlusion flag other than 0 and 1. Throws bad_input naming the clip, frame and point.
 *
 * @param clip What the message calls the clip: `clip 3 of tracks.safetensors`.
 */
export function checkTracks({ data, T, N }: Tracks, clip: string): void {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${clip}`, given, needed });
  if (!Number.isInteger(T) || T < 2) throw refuse(`${T} frame(s)`, 'at least 2: motion needs two');
  if (!Number.isInteger(N) || N < 1) throw refuse(`${N} points`, 'at least 1');
  if (data.length !== T * N * 3) throw refuse(`${data.length} values`, `${T * N * 3} for [T=${T}, N=${N}, 3]`);
  for (let i = 0; i < data.length; i++) {
    const axis = i % 3;
    const value = data[i];
    if (axis === 2 ? value === 0 || value === 1 : Number.isFinite(value)) continue;
    const point = Math.floor(i / 3) % N;
    const frame = Math.floor(i / 3 / N);
    throw refuse(
      `${['x', 'y', 'occluded'][axis]} = ${value} at frame ${frame}, point ${point}`,
      axis === 2 ? '0 (visible) or 1 (hidden)' : 'a finite number',
    );
  }
}

/**
 * Refuses a set that does not hang together: no clip, tracks that `checkTracks` refuses, a list that is not one entry
 * a clip, a label beyond the classes, a split other than 0, 1 and 2. Throws bad_input naming the clip.
 *
 * @param source What the message calls the set: a file's name.
 */
export function checkTrackSet(
  { clips, labels, targets, split, group, classes, picture }: TrackSet,
  source: string,
): void {
  const refuse = (given: string, needed: string) => badInput({ action: `checking ${source}`, given, needed });
  const S = clips.length;
  if (S === 0) throw refuse('no clip', 'at least one');
  for (const [s, clip] of clips.entries()) checkTracks(clip, `clip ${s} of ${source}`);
  for (const [name, value] of Object.entries(picture ?? {})) {
    const isRight = Number.isFinite(value) && (name === 'fps' ? value >= 0 : value > 0);
    if (!isRight) throw refuse(`metadata ${name} = ${value}`, name === 'fps' ? 'a number from 0' : 'a number above 0');
  }
  for (const [name, values] of Object.entries({ labels, split, group })) {
    if (values && values.length !== S) throw refuse(`${values.length} ${name}`, `${S}, one a clip`);
  }
  if (targets && (targets.length === 0 || targets.length % S)) {
    throw refuse(`${targets.length} target values`, `a row of K ≥ 1 for each of ${S} clips`);
  }
  const at = (values: ArrayLike<number> | undefined, isWrong: (value: number) => boolean) =>
    Array.from(values ?? []).findIndex(isWrong);
  const target = at(targets, (value) => !Number.isFinite(value));
  if (target >= 0) throw refuse(`target ${targets?.[target]} at index ${target}`, 'a finite number');
  const last = classes ? classes.length - 1 : Number.MAX_SAFE_INTEGER;
  const label = at(labels, (value) => !(Number.isSafeInteger(value) && value >= 0 && value <= last));
  if (label >= 0) throw refuse(`label ${labels?.[label]} of clip ${label}`, `a class index from 0 to ${last}`);
  const part = at(split, (value) => value !== 0 && value !== 1 && value !== 2);
  if (part >= 0) throw refuse(`split ${split?.[part]} of clip ${part}`, '0 (train), 1 (validation) or 2 (test)');
  const member = at(group, (value) => !Number.isSafeInteger(value));
  if (member >= 0) throw refuse(`group ${group?.[member]} of clip ${member}`, 'a whole number');
}
