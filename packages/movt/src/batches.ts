import { badInput } from '@movt/kernels';
import type { Model } from './model.ts';
import type { Shape } from './plan.ts';

/** Clips in a batch at most: more gain nothing, and the memory that is needed grows with them. */
const MAX_BATCH = 32;

/** @throws MovtError bad_input for no clips at all, and for one that is no clip */
export function checkClips<Clip>(clips: readonly Clip[], { check }: Pick<Model<Clip>, 'check'>): void {
  for (const [i, clip] of clips.entries()) check(clip, `clip ${i}`);
  if (clips.length === 0) throw badInput({ action: 'predicting', given: 'no clips', needed: 'one or more' });
}

/**
 * Cuts clips, in their order, into batches of at most MAX_BATCH whose largest tensor takes at most `maxBytes`; a clip that takes more by itself
 * is a batch of its own, for the device to refuse.
 */
export function* splitBatches<Clip>(
  clips: readonly Clip[],
  { shapeOf, largestTensor }: Pick<Model<Clip>, 'shapeOf' | 'largestTensor'>,
  maxBytes: number,
): Generator<Clip[]> {
  let batch: Clip[] = [];
  for (const clip of clips) {
    const shape = shapeOf([...batch, clip]);
    if (batch.length > 0 && (shape.batch > MAX_BATCH || 4 * largestTensor(shape) > maxBytes)) {
      yield batch;
      batch = [];
    }
    batch.push(clip);
  }
  if (batch.length > 0) yield batch;
}

/** Clips of these sizes that `splitBatches` leaves together; 0 where one by itself takes more than `maxBytes`. */
export function largestBatch(
  { frames, points }: Omit<Shape, 'batch'>,
  largestTensor: (shape: Shape) => number,
  maxBytes: number,
): number {
  let batch = MAX_BATCH;
  while (batch > 0 && 4 * largestTensor({ batch, frames, points }) > maxBytes) batch--;
  return batch;
}
