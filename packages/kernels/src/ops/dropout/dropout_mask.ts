import { badInput } from '../../runtime/errors.ts';
import type { Param } from '../../runtime/kernel.ts';
import maskSource from './dropout_mask.wgsl';
import philoxSource from './philox.wgsl';

/** Elements that are dropped, each with probability `p`; those kept are scaled by 1 / (1 − p). */
export interface Dropout {
  /** 0 ≤ p < 1. */
  readonly p: number;
  /** Which dropout of the model this is: each has masks of its own. */
  readonly layer: number;
}

/**
 * WGSL of `dropout_mask(block: u32) -> vec4f`, the factors of four neighbouring elements, and of what it is made of; append it to the source
 * of a kernel that binds `draw` [2] u32 and whose uniform block holds `dropoutParams()`, as layer, threshold and keep_scale. Element i of a
 * block is kept where word i of philox([block, draw[1], 0, 0], [draw[0], layer]) is at least p · 2³².
 */
export const dropoutMask: string = philoxSource + maskSource;

/**
 * What the mask needs of the uniform block.
 * @throws MovtError `bad_input` for a p that is none
 */
export function dropoutParams({ p, layer }: Dropout): Param[] {
  if (!(p >= 0 && p < 1)) {
    throw badInput({ action: 'planning dropout', given: `p = ${p}`, needed: 'a number of 0 to below 1' });
  }
  // Words below the threshold are a share p of all words.
  const threshold = Math.min(Math.ceil(p * 2 ** 32), 2 ** 32 - 1);
  return [{ u32: layer }, { u32: threshold }, { f32: 1 / (1 - p) }];
}
