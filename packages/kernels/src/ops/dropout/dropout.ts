import { badInput } from '../../runtime/errors.ts';
import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './dropout.wgsl';
import philoxSource from './philox.wgsl';

/** A tensor of which elements are dropped. */
export interface DropoutProblem {
  readonly length: number;
  /** Probability that an element is dropped, 0 ≤ p < 1. */
  readonly p: number;
  /** Which dropout of the model this is: each has masks of its own. */
  readonly layer: number;
}

const size = ({ length }: DropoutProblem) => length;

/** Words below this drop their element: a share p of all words. */
const thresholdOf = (p: number) => Math.min(Math.ceil(p * 2 ** 32), 2 ** 32 - 1);

/**
 * y = x · mask / (1 − p), as torch.nn.functional.dropout in training. Element i is kept where word i mod 4 of
 * philox([⌊i / 4⌋, draw[1], 0, 0], [draw[0], layer]) is at least p · 2³². The backward is the same kernel on dy, with the same draw and layer.
 * x [length], draw [2] u32 (seed, and a number that is another at every forward pass) → y [length]
 * @throws MovtError `bad_input` for a p that is none
 */
export const dropout = defineKernel<DropoutProblem>({
  name: 'dropout',
  bindings: [
    { name: 'x', access: 'read', length: size },
    { name: 'draw', access: 'read', type: 'u32', length: () => 2 },
    { name: 'y', access: 'read_write', length: size },
  ],
  params({ length, p, layer }) {
    if (!(p >= 0 && p < 1)) {
      throw badInput({ action: 'planning dropout', given: `p = ${p}`, needed: 'a number of 0 to below 1' });
    }
    return [{ u32: length }, { u32: layer }, { u32: thresholdOf(p) }, { f32: 1 / (1 - p) }];
  },
  variant({ length }) {
    const threads = 64;
    return {
      source: source + philoxSource,
      flags: { VEC4: length % 4 === 0 },
      overrides: { WORKGROUP_SIZE: threads },
      workgroups: linearGrid(Math.ceil(length / 4 / threads)),
    };
  },
  // Whole numbers are no floating-point operations: one product an element.
  flops: size,
});
