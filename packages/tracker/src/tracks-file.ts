/** Tracks files on disk. Node and Deno only; a browser hands bytes to `parseTrackSet`. */
import { readFileBytes, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { encodeTrackSet, parseTrackSet } from './track-set.ts';
import type { TrackSet } from './tracks.ts';

/** Reads a tracks file. Throws bad_input for a missing or malformed one. */
export async function readTracks(path: string): Promise<TrackSet> {
  return parseTrackSet(await readFileBytes(path), path);
}

/**
 * Writes a tracks file; a reader sees the old file or the whole new one. Throws bad_input where it cannot be written.
 */
export async function writeTracks(path: string, set: TrackSet): Promise<void> {
  await writeFileAtomic(path, encodeTrackSet(set));
}
