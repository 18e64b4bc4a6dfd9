import * as v from 'valibot';
import { evenHeadsAllowed, hasEvenHeads, type TrunkConfig, trunkEntries } from '../config.ts';
import { parseWith, record, whole } from '../validate.ts';

/** The sizes of a PixT: MovT's, on the colours of pixels in place of tracks, with a learned embedding in place of the position branch. */
export interface PixtConfig extends TrunkConfig {
  readonly model: 'pixt';
  /** Places of the embedding: pixels of a clip, at most. */
  readonly points: number;
}

const schema = v.pipe(
  record({ model: v.literal('pixt', '"pixt"'), points: whole(1, 65536), ...trunkEntries }),
  v.forward(
    v.check((sizes) => hasEvenHeads(sizes), evenHeadsAllowed),
    ['heads'],
  ),
);

/**
 * Checks a configuration that came from outside (the keys of `PixtConfig`, all of them and no other).
 * @param source where it came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parsePixtConfig(value: unknown, source: string): PixtConfig {
  return parseWith(schema, value, `reading the configuration in ${source}`);
}
