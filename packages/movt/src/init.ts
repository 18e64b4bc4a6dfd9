import { createRandom, fnv1a } from '@movt/kernels';
import { elementCount } from '@movt/kernels/safetensors';
import { type ModelConfig, modelOf } from './models.ts';
import type { Parameter } from './parameters.ts';

/** The values of every parameter by its name, row-major. */
export type Weights = Map<string, Float32Array>;

function initialValues({ name, shape, init }: Parameter, seed: number): Float32Array {
  const count = elementCount(shape);
  if ('constant' in init) return new Float32Array(count).fill(init.constant);
  return createRandom(seed, fnv1a(name)).uniform(count, -init.uniform, init.uniform);
}

/**
 * Untrained weights, distributed as PyTorch's modules initialise themselves.
 * @param seed a whole number of 32 bits; a parameter's values depend on it and on the parameter's name and shape only
 */
export function initialWeights(config: ModelConfig, seed: number): Weights {
  return new Map(modelOf(config).parameters.map((parameter) => [parameter.name, initialValues(parameter, seed)]));
}
