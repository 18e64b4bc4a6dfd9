import { checkTracks, denormalise, normalise, type Picture, type Tracks } from '@movt/tracker/tracks';
import { Refusal } from '../refusal.ts';
import type { TracksJson } from '../schemas/v1.ts';
import type { VideoLimits } from './videos.ts';

/** Points in frames that an answer shows at the most: its JSON is some twenty times as many bytes. */
export const MAX_SHOWN = 2 ** 18;

/** Digits that tell every float32 from its neighbours, so that tracks which are sent back are those that came. */
const DIGITS = 9;

/**
 * Tracks as a client sends them.
 * @throws Refusal 422 for more than the limits, no numbers of points and frames, or a value that is none
 */
export function readTracksJson(json: TracksJson, { frames, points }: VideoLimits): Tracks {
  const { T, N, width, height, data } = json;
  const refuse = (given: string, needed: string) =>
    new Refusal(422, `reading the tracks: got ${given}, need ${needed}.`);
  if (T > frames || N > points) throw refuse(`T = ${T}, N = ${N}`, `at most ${frames} frames and ${points} points`);
  if (data.length !== T * N * 3) throw refuse(`${data.length} numbers`, `T·N·3 = ${T * N * 3}`);
  if ((width === undefined) !== (height === undefined)) throw refuse('one of width and height', 'both or neither');
  if (width !== undefined && !(width > 0 && height! > 0)) {
    throw refuse(`a picture of ${width}×${height}`, 'a width and a height above 0');
  }
  const wrong = data.findIndex((value, i) => i % 3 === 2 && value !== 0 && value !== 1);
  if (wrong >= 0) throw refuse(`visible = ${data[wrong]} at index ${wrong}`, '1 (visible) or 0 (hidden)');
  const values = Float32Array.from(data, (value, i) => (i % 3 === 2 ? 1 - value : value));
  const tracks = { data: width === undefined ? values : normalise(values, width, height!), T, N };
  checkTracks(tracks, 'the tracks');
  return tracks;
}

/** [T,N,3] x, y, occluded as an answer shows them. */
export function flatTracks(pixels: Float32Array): number[] {
  return Array.from(pixels, (value, i) => (i % 3 === 2 ? 1 - value : Number(value.toPrecision(DIGITS))));
}

/** Tracks with the picture that they were taken from, as an answer shows them; without one, normalised. */
export function tracksJsonOf({ data, T, N }: Tracks, picture: Picture | null, pixels?: Float32Array): TracksJson {
  if (picture === null) return { T, N, data: flatTracks(data) };
  const { width, height, fps } = picture;
  return { T, N, width, height, fps, data: flatTracks(pixels ?? denormalise(data, width, height)) };
}
