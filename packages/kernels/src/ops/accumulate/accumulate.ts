import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import { wholeVec4s } from '../grad_norm/grad_norm.ts';
import source from './accumulate.wgsl';

/** Two flat buffers of one length. */
export interface AccumulateProblem {
  /** Elements: a multiple of 4. */
  readonly length: number;
}

const size = ({ length }: AccumulateProblem) => length;

/**
 * sum = x where carry is 0, else sum + x: gradients of the parts of a batch, added up where they lie.
 * x [length], carry u32 [1]; sum [length] is updated
 */
export const accumulate = defineKernel<AccumulateProblem>({
  name: 'accumulate',
  bindings: [
    { name: 'x', access: 'read', length: size },
    { name: 'carry', access: 'read', type: 'u32', length: () => 1 },
    { name: 'sum', access: 'read_write', length: size },
  ],
  params: ({ length }) => [{ u32: wholeVec4s('accumulate', length) }],
  variant({ length }, { software }) {
    const threads = software ? 64 : 256;
    return {
      source,
      overrides: { WORKGROUP_SIZE: threads },
      workgroups: linearGrid(Math.ceil(length / 4 / threads)),
    };
  },
  flops: size,
  bytes: ({ length }) => length * 4 * 3 + 4,
});
