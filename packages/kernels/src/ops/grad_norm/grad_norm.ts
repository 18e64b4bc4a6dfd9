import { badInput } from '../../runtime/errors.ts';
import { defineKernel } from '../../runtime/kernel.ts';
import { rowVariant } from '../row_reduction/row_reduction.ts';
import source from './grad_norm.wgsl';
import partsSource from './grad_norm_parts.wgsl';

/** All gradients, one after another in one buffer. */
export interface GradNormProblem {
  /** Elements: a multiple of 4. What pads the tensors must be 0. */
  readonly length: number;
  /** The norm from which on gradients are scaled down. */
  readonly maxNorm: number;
}

/** Elements whose squares are summed to one part. */
const PART = 4096;

const partsOf = ({ length }: Pick<GradNormProblem, 'length'>) => Math.ceil(length / PART);

/** A flat buffer's length in vec4s. @throws MovtError `bad_input` unless 4 divides it. */
export function wholeVec4s(kernel: string, length: number): number {
  if (length % 4 === 0) return length / 4;
  throw badInput({
    action: `planning ${kernel}`,
    given: `a buffer of ${length} elements`,
    needed: 'a multiple of 4',
    fix: 'Pad the buffer with zeros.',
  });
}

/** First stage of gradNorm: sums of squares. grad [length] → parts [⌈length / 4096⌉] */
export const gradNormParts = defineKernel<Pick<GradNormProblem, 'length'>>({
  name: 'grad_norm_parts',
  bindings: [
    { name: 'grad', access: 'read', length: ({ length }) => length },
    { name: 'parts', access: 'read_write', length: partsOf },
  ],
  params: ({ length }) => [{ u32: wholeVec4s('grad_norm_parts', length) }],
  variant(problem, traits) {
    const variant = rowVariant(partsSource, { rows: partsOf(problem), width: PART / 4 }, traits);
    return { ...variant, overrides: { ...variant.overrides, PART: PART / 4 } };
  },
  flops: ({ length }) => length * 2,
});

/**
 * The L2 norm of all gradients together and the factor of torch.nn.utils.clip_grad_norm_, min(1, maxNorm / (norm + 1e-6)); both stay on the
 * GPU, where adamw reads them. Where a gradient is NaN or infinite, or the squares overflow (a norm above 1.8e19), the
 * norm is what came of it, the factor 0, and the third number 0.
 * parts of gradNormParts → norm [3]: norm, clip factor, whether the norm is finite (1 or 0)
 */
export const gradNorm = defineKernel<GradNormProblem>({
  name: 'grad_norm',
  bindings: [
    { name: 'parts', access: 'read', length: partsOf },
    { name: 'norm', access: 'read_write', length: () => 3 },
  ],
  params: (problem) => [{ u32: partsOf(problem) }, { f32: problem.maxNorm }],
  variant: (problem, traits) => rowVariant(source, { rows: 1, width: partsOf(problem) }, traits),
  // Root, sum, quotient and minimum beside the sum.
  flops: (problem) => partsOf(problem) + 4,
});
