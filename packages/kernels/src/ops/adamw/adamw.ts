import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import { wholeVec4s } from '../grad_norm/grad_norm.ts';
import source from './adamw.wgsl';

/** Parameters that are updated together, one after another in one buffer. */
export interface AdamwProblem {
  /** Elements: a multiple of 4. */
  readonly length: number;
  /** Decay rates of the first and the second moment; PyTorch's defaults are 0.9 and 0.999. */
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the root of the second moment; PyTorch's default is 1e-8. */
  readonly eps: number;
}

/** What changes from step to step. */
export interface AdamwStep {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Number of this step, from 1. */
  readonly step: number;
}

/**
 * What adamw reads of a step, worked out in double precision: the factor of the decoupled weight decay, 1 − lr·λ; the learning rate with the first
 * moment's bias corrected, lr / (1 − β₁ᵗ); and the correction of the second moment's root, 1 / √(1 − β₂ᵗ).
 */
export function adamwSchedule({ learningRate, weightDecay, beta1, beta2, step }: AdamwStep): Float32Array {
  return Float32Array.of(
    1 - learningRate * weightDecay,
    learningRate / (1 - beta1 ** step),
    1 / Math.sqrt(1 - beta2 ** step),
  );
}

const size = ({ length }: AdamwProblem) => length;

/**
 * One step of torch.optim.AdamW over all parameters, in place, with gradients scaled by the clip factor that gradNorm left on the GPU. Where the
 * norm is not finite nothing is changed. `schedule` is what adamwSchedule gives, so a plan serves all steps.
 * grad [length], norm [3], schedule [3]; param, m, v [length] are updated. m and v begin as zeros.
 */
export const adamw = defineKernel<AdamwProblem>({
  name: 'adamw',
  bindings: [
    { name: 'grad', access: 'read', length: size },
    { name: 'norm', access: 'read', length: () => 3 },
    { name: 'schedule', access: 'read', length: () => 3 },
    { name: 'param', access: 'read_write', length: size },
    { name: 'm', access: 'read_write', length: size },
    { name: 'v', access: 'read_write', length: size },
  ],
  params: ({ length, beta1, beta2, eps }) => [
    { u32: wholeVec4s('adamw', length) },
    { f32: beta1 },
    { f32: 1 - beta1 },
    { f32: beta2 },
    { f32: 1 - beta2 },
    { f32: eps },
  ],
  variant({ length }, { software }) {
    const threads = software ? 64 : 256;
    return {
      source,
      overrides: { WORKGROUP_SIZE: threads },
      workgroups: linearGrid(Math.ceil(length / 4 / threads)),
    };
  },
  // Per element: clip 1, first moment 3, second moment 4, root, correction and eps 3, decay 1, quotient, rate and difference 3.
  flops: ({ length }) => length * 15,
  // Parameters and both moments are read and written.
  bytes: ({ length }) => length * 4 * 7 + 24,
});
