import { badInput } from '@movt/kernels';
import * as v from 'valibot';
import { type MovtConfig, parseConfig } from '../config.ts';
import { type PixtConfig, parsePixtConfig } from '../pixt/config.ts';
import { parseWith, record, whole } from '../validate.ts';
import { parseVideomaeConfig, type VideomaeConfig } from '../videomae/config.ts';

/** How a fusion is trained: see `FusionConfig`. */
export type FusionVariant = 1 | 2 | 3;

/**
 * A MovT (or PixT) and a VideoMAE whose tokens look at each other at the ends of both. The supplement of the paper names three ways to train it
 * and leaves the rest open; what the blocks and the head are is **(chosen)** here, see `recordFusion`.
 */
export interface FusionConfig {
  readonly model: 'fusion';
  /** The branch over points. */
  readonly movt: MovtConfig | PixtConfig;
  /** The branch over pictures. */
  readonly videomae: VideomaeConfig;
  /** 1: all from scratch. 2: branches that were trained, and kept as they are. 3: branches that were trained, and all tuned jointly. */
  readonly variant: FusionVariant;
  /** Cross-attention blocks at the end of each branch. */
  readonly blocks: number;
  /** Classes, or regressed values: those of both branches. */
  readonly outputs: number;
}

const anything = v.unknown();
const variants = v.picklist([1, 2, 3], '1, 2 or 3');
const schema = record({
  model: v.literal('fusion', '"fusion"'),
  movt: anything,
  videomae: anything,
  variant: variants,
  blocks: whole(1, 64),
  outputs: whole(1, 65536),
});

/**
 * Checks a configuration that came from outside (the keys of `FusionConfig`, all of them and no other).
 * @param source where it came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseFusionConfig(value: unknown, source: string): FusionConfig {
  const action = `reading the configuration in ${source}`;
  const parsed = parseWith(schema, value, action);
  const isPixt = typeof parsed.movt === 'object' && parsed.movt !== null && 'model' in parsed.movt;
  const movt = (isPixt ? parsePixtConfig : parseConfig)(parsed.movt, `movt of ${source}`);
  const videomae = parseVideomaeConfig(parsed.videomae, `videomae of ${source}`);
  const counts = [movt.outputs, videomae.outputs, parsed.outputs];
  if (new Set(counts).size > 1) {
    const given = `branches of ${counts[0]} and ${counts[1]} outputs for a fusion of ${counts[2]}`;
    throw badInput({ action, given, needed: 'as many of each' });
  }
  return { ...parsed, movt, videomae };
}

/**
 * The fusion of two configurations.
 * @param blocks **(chosen)** 1 unless told
 * @throws MovtError bad_input for branches that have not as many outputs as each other
 */
export function fusionConfig(
  movt: MovtConfig | PixtConfig,
  videomae: VideomaeConfig,
  variant: FusionVariant,
  blocks = 1,
): FusionConfig {
  const config = { model: 'fusion', movt, videomae, variant, blocks, outputs: movt.outputs };
  return parseFusionConfig(config, 'a fusion of two branches');
}
