import type { Flags } from '../../runtime/preprocess.ts';
import backwardSource from './activation_backward_functions.wgsl';
import source from './activation_functions.wgsl';

/** Element-wise functions that may follow a linear layer. 'gelu' is exact, 'gelu_tanh' its approximation by tanh. */
export type Activation = 'none' | 'relu' | 'gelu' | 'gelu_tanh';

/** WGSL of `activate(v: f32) -> f32` and of `activate4` on vec4f; append it to a kernel's source and add `activationFlags()` to its flags. */
export const activationFunctions: string = source;

/**
 * WGSL of `activate_backward(dy: f32, v: f32) -> f32`, v being what went into the activation, and of `activate_backward4` on vec4f; append it
 * to `activationFunctions`.
 */
export const activationBackwardFunctions: string = backwardSource;

/** The flags that choose what `activate()` computes. */
export function activationFlags(activation: Activation): Flags {
  return { RELU: activation === 'relu', GELU: activation === 'gelu', GELU_TANH: activation === 'gelu_tanh' };
}

/** Operations of one element by the functions' formulas, 1 for every erf or tanh. */
export const ACTIVATION_FLOPS: Readonly<Record<Activation, number>> = { none: 0, relu: 1, gelu: 5, gelu_tanh: 9 };

/** The same of its slope and of the product with dy. */
export const ACTIVATION_BACKWARD_FLOPS: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  gelu: 9,
  gelu_tanh: 16,
};
