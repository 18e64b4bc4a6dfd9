import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './dropout.wgsl';
import { type Dropout, dropoutMask, dropoutParams } from './dropout_mask.ts';

/** A tensor of which elements are dropped. */
export interface DropoutProblem extends Dropout {
  readonly length: number;
}

const size = ({ length }: DropoutProblem) => length;

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
  params: ({ length, ...dropout }) => [{ u32: length }, ...dropoutParams(dropout)],
  variant({ length }) {
    const threads = 64;
    return {
      source: source + dropoutMask,
      flags: { VEC4: length % 4 === 0 },
      overrides: { WORKGROUP_SIZE: threads },
      workgroups: linearGrid(Math.ceil(length / 4 / threads)),
    };
  },
  // Whole numbers are no floating-point operations: one product an element.
  flops: size,
});
