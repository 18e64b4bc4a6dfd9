import { badInput } from '@movt/kernels';
import {
  encodeSafetensors,
  float32Entry,
  int64Entry,
  parseSafetensors,
  type TensorEntry,
  toFloat32,
  toNumbers,
  uint8Entry,
} from '@movt/kernels/safetensors';
import { checkTrackSet, type Picture, type TrackSet } from './tracks.ts';

/**
 * Reads a tracks file: safetensors with `tracks` F32 [S,T,N,3] and, where known, `labels` I64 [S], `targets` F32 [S,K],
 * `split` U8 [S], `group` I64 [S]; metadata `classes` (a JSON list), `width`, `height`, `fps`, `source`. The clips are
 * views of one array.
 *
 * @param source The file's name, for messages.
 * @throws MovtError bad_input for anything malformed, naming the tensor or the clip, frame and point.
 */
export function parseTrackSet(bytes: Uint8Array, source: string): TrackSet {
  const { tensors, metadata } = parseSafetensors(bytes, source);
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  const tracks = tensors.get('tracks');
  if (!tracks) throw refuse(`no tensor 'tracks'`, `the tensor 'tracks' F32 [S,T,N,3]`);
  if (tracks.dtype !== 'F32' || tracks.shape.length !== 4 || tracks.shape[3] !== 3) {
    throw refuse(`'tracks' ${tracks.dtype} [${tracks.shape}]`, 'F32 [S,T,N,3]');
  }
  const [S, T, N] = tracks.shape;
  if (S * T * N === 0) throw refuse(`'tracks' [${tracks.shape}]`, 'at least one clip, two frames and one point');

  const find = (name: string, dtype: string, rank: number) => {
    const entry = tensors.get(name);
    if (entry && (entry.dtype !== dtype || entry.shape.length !== rank || entry.shape[0] !== S)) {
      const needed = `${dtype} [${rank === 1 ? S : `${S},K`}], one ${rank === 1 ? 'number' : 'row'} a clip`;
      throw refuse(`'${name}' ${entry.dtype} [${entry.shape}]`, needed);
    }
    return entry;
  };
  const labels = find('labels', 'I64', 1);
  const targets = find('targets', 'F32', 2);
  const split = find('split', 'U8', 1);
  const group = find('group', 'I64', 1);

  const data = toFloat32(tracks, 'tracks');
  const set: TrackSet = {
    clips: Array.from({ length: S }, (_, s) => ({ data: data.subarray(s * T * N * 3, (s + 1) * T * N * 3), T, N })),
    ...(labels && { labels: toNumbers(labels, `labels of ${source}`) }),
    ...(targets && { targets: toFloat32(targets, 'targets') }),
    ...(split && { split: toNumbers(split) }),
    ...(group && { group: toNumbers(group, `group of ${source}`) }),
    ...(metadata.classes !== undefined && { classes: parseClasses(metadata.classes, source) }),
    ...parsePicture(metadata),
    ...(metadata.source !== undefined && { source: metadata.source }),
  };
  checkTrackSet(set, source);
  return set;
}

/** The bytes of a tracks file. Throws bad_input where the set is not one that `parseTrackSet` would read. */
export function encodeTrackSet(set: TrackSet): Uint8Array {
  const { clips, labels, targets, split, group, classes, picture, source } = set;
  checkOneShape(set, 'the tracks');
  const S = clips.length;
  const { T, N } = clips[0];
  const data = new Float32Array(S * T * N * 3);
  for (const [s, clip] of clips.entries()) data.set(clip.data, s * T * N * 3);

  const tensors = new Map<string, TensorEntry>([['tracks', float32Entry([S, T, N, 3], data)]]);
  if (labels) tensors.set('labels', int64Entry([S], labels));
  if (targets) tensors.set('targets', float32Entry([S, targets.length / S], targets));
  if (split) tensors.set('split', uint8Entry([S], Uint8Array.from(split)));
  if (group) tensors.set('group', int64Entry([S], group));
  return encodeSafetensors(tensors, {
    ...(classes && { classes: JSON.stringify(classes) }),
    ...(picture && { width: `${picture.width}`, height: `${picture.height}`, fps: `${picture.fps}` }),
    ...(source !== undefined && { source }),
  });
}

/** What a file's one tensor of tracks asks for, besides what any set must hold. */
function checkOneShape(set: TrackSet, source: string): void {
  checkTrackSet(set, source);
  const [{ T, N }] = set.clips;
  const other = set.clips.findIndex((clip) => clip.T !== T || clip.N !== N);
  if (other < 0) return;
  const shapes = `clip 0 [${T},${N},3] and clip ${other} [${set.clips[other].T},${set.clips[other].N},3]`;
  const needed = 'one T and one N: write one file for each shape';
  throw badInput({ action: `checking ${source}`, given: shapes, needed });
}

function parseClasses(text: string, source: string): string[] {
  try {
    const classes = JSON.parse(text);
    if (Array.isArray(classes) && classes.every((name) => typeof name === 'string')) return classes;
  } catch {
    // Refused below, like any other text that is not a list.
  }
  throw badInput({
    action: `reading ${source}`,
    given: `metadata classes = ${text.slice(0, 80)}`,
    needed: 'a JSON list of strings',
  });
}

function parsePicture({ width, height, fps }: Record<string, string>): { picture?: Picture } {
  if (width === undefined && height === undefined && fps === undefined) return {};
  return { picture: { width: Number(width), height: Number(height), fps: Number(fps) } };
}
