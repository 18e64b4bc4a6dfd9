import { defineKernel } from '../../runtime/kernel.ts';
import { rowVariant } from '../row_reduction/row_reduction.ts';
import source from './mse.wgsl';

/** A batch of answers, all elements alike. */
export interface MseProblem {
  /** Elements: clips times outputs. */
  readonly length: number;
}

const size = ({ length }: MseProblem) => length;

/**
 * loss = scale · mean of (y − wanted)² over all elements, as torch.nn.functional.mse_loss, and dy, its gradient. The scale is read on the
 * GPU: see crossEntropy.
 * y, wanted [length], scale [1] → loss [1], dy [length]
 */
export const mse = defineKernel<MseProblem>({
  name: 'mse',
  bindings: [
    { name: 'y', access: 'read', length: size },
    { name: 'wanted', access: 'read', length: size },
    { name: 'scale', access: 'read', length: () => 1 },
    { name: 'loss', access: 'read_write', length: () => 1 },
    { name: 'dy', access: 'read_write', length: size },
  ],
  params: ({ length }) => [{ u32: length }],
  variant: ({ length }, traits) => rowVariant(source, { rows: 1, width: length }, traits),
  // Per element: difference, square and sum, scale.
  flops: ({ length }) => length * 4,
});
