import { badInput } from '@movt/kernels';
import { checkTracks, type Tracks } from '@movt/tracker/tracks';
import { commonShape } from './pad-clips.ts';
import type { Shape } from './plan.ts';

/** Clips in a batch at most: more gain nothing, and the memory that is needed grows with them. */
const MAX_BATCH = 32;

/** @throws MovtError bad_input for no clips at all, and for one that is no clip */
export function checkClips(clips: readonly Tracks[]): void {
  for (const [i, clip] of clips.entries()) checkTracks(clip, `clip ${i}`);
  if (clips.length === 0) throw badInput({ action: 'predicting', given: 'no clips', needed: 'one or more' });
}

/**
 * Cuts clips, in their order, into batches of at most MAX_BATCH that take at most `maxBytes` of what `bytesOf` counts for their common
 * shape; a clip that takes more by itself is a batch of its own, for the device to refuse.
 */
export function* splitBatches(
  clips: readonly Tracks[],
  bytesOf: (shape: Shape) => number,
  maxBytes: number,
): Generator<Tracks[]> {
  let batch: Tracks[] = [];
  for (const clip of clips) {
    const shape = commonShape([...batch, clip]);
    if (batch.length > 0 && (shape.batch > MAX_BATCH || bytesOf(shape) > maxBytes)) {
      yield batch;
      batch = [];
    }
    batch.push(clip);
  }
  if (batch.length > 0) yield batch;
}
