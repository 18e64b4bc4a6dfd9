/** The clips that a model learns from, whatever its kind. Node and Deno only. */
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { readTracks } from '@movt/tracker/tracks-file';
import type { AnyClip, ClipSet } from '../datasets/clip-set.ts';
import { readDataset } from '../datasets/file.ts';
import { isMovt, type ModelConfig } from '../models.ts';
import { PIXELS, TRACKS, VIDEO } from './files.ts';
import { hasFile, isVideoFolder, readPixelSet, readVideoSet } from './folder.ts';

/** What a model sees of a video. */
export type ClipKind = 'tracks' | 'pixels' | 'video';

/** The models that learn from each, as people call them. */
export const MODEL_NAMES: Readonly<Record<ClipKind, string>> = { tracks: 'MovT', pixels: 'PixT', video: 'VideoMAE' };

/**
 * What a model learns from.
 * @throws MovtError bad_input for a fusion, which needs two kinds at once
 */
export function clipKindOf(config: ModelConfig): ClipKind {
  if (isMovt(config)) return 'tracks';
  if (config.model === 'pixt') return 'pixels';
  if (config.model === 'videomae') return 'video';
  throw badInput({ action: 'choosing data', given: `a ${config.model}`, needed: 'a MovT, a PixT or a VideoMAE' });
}

/**
 * Reads clips of one kind from a folder that `movt data videos` wrote; tracks also from any data set of them. Tracks and pixels are held in
 * memory, videos are read when they are asked for.
 *
 * @throws MovtError bad_input where there are none, and for files that are malformed or do not belong together
 */
export async function readClips(kind: ClipKind, path: string): Promise<ClipSet<AnyClip>> {
  if (kind === 'tracks') return (await isVideoFolder(path)) ? readTracks(join(path, TRACKS)) : readDataset(path);
  const file = kind === 'pixels' ? PIXELS : VIDEO;
  if (!(await hasFile(path, file))) {
    throw badInput({
      action: `reading ${path}`,
      given: `no folder with ${file}`,
      needed: `one, as \`movt data videos\` writes: that is what a ${MODEL_NAMES[kind]} learns from`,
    });
  }
  const tracks = await readTracks(join(path, TRACKS));
  return kind === 'pixels' ? readPixelSet(path, tracks) : readVideoSet(path, tracks);
}
