import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import type { ActivationProblem } from './activation.ts';
import source from './activation_backward.wgsl';
import {
  ACTIVATION_BACKWARD_FLOPS,
  activationBackwardFunctions,
  activationFlags,
  activationFunctions,
} from './activation_functions.ts';

const WORKGROUP_SIZE = 64;

/**
 * dx = dy · activation′(x), with x what went into the activation; for relu it may be what came out. The slope of relu at 0 is 0,
 * as in torch. dy, x [count] → dx [count]
 */
export const activationBackward = defineKernel<ActivationProblem>({
  name: 'activation_backward',
  bindings: [
    { name: 'dy', access: 'read', length: ({ count }) => count },
    { name: 'x', access: 'read', length: ({ count }) => count },
    { name: 'dx', access: 'read_write', length: ({ count }) => count },
  ],
  params: ({ count }) => [{ u32: count }],
  variant: ({ count, activation }) => ({
    source: source + activationFunctions + activationBackwardFunctions,
    flags: { ...activationFlags(activation), VEC4: count % 4 === 0 },
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(count / (4 * WORKGROUP_SIZE))),
  }),
  flops: ({ count, activation }) => count * ACTIVATION_BACKWARD_FLOPS[activation],
});
