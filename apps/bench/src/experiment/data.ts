import { createHash } from 'node:crypto';
import type { ClipSet } from 'movt';

/** A set of clips, of whatever kind, that models are trained on, and what tells it from any other. */
export interface StudyData<Clip = unknown> {
  readonly set: ClipSet<Clip>;
  /** Where it was read from. */
  readonly path: string;
  /** Of all that training takes from it. */
  readonly sha256: string;
}

/**
 * A set that was made from another.
 * @param change all that decides how, such as `{ frames: 8 }`: with the hash of the set it was made from it makes this one's
 */
export function derivedData<Clip>({ path, sha256 }: StudyData, change: object, set: ClipSet<Clip>): StudyData<Clip> {
  return { set, path, sha256: createHash('sha256').update(JSON.stringify({ sha256, change })).digest('hex') };
}
