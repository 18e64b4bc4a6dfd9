import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './activation.wgsl';
import { ACTIVATION_FLOPS, type Activation, activationFlags, activationFunctions } from './activation_functions.ts';

/** An element-wise function of `count` numbers. */
export interface ActivationProblem {
  readonly count: number;
  readonly activation: Activation;
}

const WORKGROUP_SIZE = 64;

/** y = relu(x), gelu(x) (exact, or by tanh) or x itself. [count] → [count] */
export const activation = defineKernel<ActivationProblem>({
  name: 'activation',
  bindings: [
    { name: 'x', access: 'read', length: ({ count }) => count },
    { name: 'y', access: 'read_write', length: ({ count }) => count },
  ],
  params: ({ count }) => [{ u32: count }],
  variant: (problem) => ({
    source: source + activationFunctions,
    flags: activationFlags(problem.activation),
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(problem.count / (4 * WORKGROUP_SIZE))),
  }),
  flops: (problem) => problem.count * ACTIVATION_FLOPS[problem.activation],
});
