/** A folder of videos' data, as `movt data videos` makes it. Node and Deno only. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { readFileBytes, readSafetensors } from '@movt/kernels/safetensors/file';
import { readFilePart, readSafetensorsHeader } from '@movt/kernels/safetensors/part-file';
import type { TrackSet } from '@movt/tracker/tracks';
import { readTracks } from '@movt/tracker/tracks-file';
import type { ClipSet } from '../datasets/clip-set.ts';
import { type PixelClip, pixelClip } from '../pixt/clip.ts';
import type { VideoClip } from '../videomae/clip.ts';
import { COST, PIXELS, parseCost, TRACKS, VIDEO, type VideoCost } from './files.ts';

export type { VideoCost } from './files.ts';

/** The same clips as each model takes them: same order, labels, split, groups and classes. */
export interface VideoFolder {
  tracks: TrackSet;
  pixels: ClipSet<PixelClip>;
  /** Read from disk when their pixels are asked for. */
  videos: ClipSet<VideoClip>;
  /** What it took to make them. */
  cost: VideoCost;
}

/**
 * Reads a folder that `movt data videos` made. Tracks and pixels are held in memory, of the videos only what is asked for.
 *
 * @throws MovtError bad_input for a file that is missing or malformed, and for files that do not belong together
 */
export async function readVideoFolder(folder: string): Promise<VideoFolder> {
  const costPath = join(folder, COST);
  const cost = parseCost(new TextDecoder().decode(await readFileBytes(costPath, 2 ** 20)), costPath);
  const tracks = await readTracks(join(folder, TRACKS));
  return { tracks, pixels: await readPixelSet(folder, tracks), videos: await readVideoSet(folder, tracks), cost };
}

/** Whether a path is such a folder, and not one of tracks alone. */
export const isVideoFolder = (path: string): Promise<boolean> => hasFile(path, VIDEO);

/** Whether a path is a folder with a file of that name. */
export async function hasFile(path: string, name: string): Promise<boolean> {
  return (await stat(join(path, name)).catch(() => null)) !== null;
}

/** The pixels of a folder, with what is known of its tracks. */
export async function readPixelSet(folder: string, tracks: TrackSet): Promise<ClipSet<PixelClip>> {
  return { ...tracks, clips: await readPixels(join(folder, PIXELS), tracks.clips.length) };
}

/** The videos of a folder, with what is known of its tracks. */
export async function readVideoSet(folder: string, tracks: TrackSet): Promise<ClipSet<VideoClip>> {
  return { ...tracks, clips: await listVideos(join(folder, VIDEO), tracks.clips.length) };
}

async function readPixels(path: string, S: number): Promise<PixelClip[]> {
  const tensor = (await readSafetensors(path)).tensors.get('pixels');
  const [, T, N] = checkShape(tensor, 'pixels', [S, 'T', 'N', 3], path);
  const frame = (at: number) => tensor!.data.subarray(at * N * 3, (at + 1) * N * 3);
  return Array.from({ length: S }, (_, s) => pixelClip(Array.from({ length: T }, (_, t) => frame(s * T + t))));
}

async function listVideos(path: string, S: number): Promise<VideoClip[]> {
  const span = (await readSafetensorsHeader(path)).spans.get('video');
  const [, T, height, width] = checkShape(span, 'video', [S, 'T', 'H', 'W', 3], path);
  const length = T * height * width * 3;
  return Array.from({ length: S }, (_, s) => ({
    T,
    height,
    width,
    pixels: () => readFilePart(path, span!.begin + s * length, span!.begin + (s + 1) * length),
  }));
}

/** The shape of a tensor of bytes; `wanted` has a name for every axis that may have any length. */
function checkShape(
  tensor: { dtype: string; shape: readonly number[] } | undefined,
  name: string,
  wanted: readonly (number | string)[],
  path: string,
): readonly number[] {
  const fits = ({ dtype, shape }: NonNullable<typeof tensor>) =>
    dtype === 'U8' &&
    shape.length === wanted.length &&
    shape.every((length, axis) => (typeof wanted[axis] === 'number' ? length === wanted[axis] : length > 0));
  if (tensor && fits(tensor)) return tensor.shape;
  throw badInput({
    action: `reading ${path}`,
    given: tensor ? `'${name}' ${tensor.dtype} [${tensor.shape}]` : `no tensor '${name}'`,
    needed: `'${name}' U8 [${wanted}], for as many clips as in ${TRACKS}`,
  });
}
