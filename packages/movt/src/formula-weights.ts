import { formulaWeights } from '@movt/kernels/testing';
import type { Weights } from './init.ts';
import { type ModelConfig, modelOf } from './models.ts';

/** The weights that every implementation can compute from the parameters' names: those of the golden files. */
export function modelFormulaWeights(config: ModelConfig): Weights {
  return new Map(modelOf(config).parameters.map(({ name, shape }) => [name, formulaWeights(name, shape)]));
}
