import { formulaWeights } from '@movt/kernels/testing';
import type { MovtConfig } from './config.ts';
import type { Weights } from './init.ts';
import { movtParameters } from './parameters.ts';

/** The weights that every implementation can compute from the parameters' names: those of the golden files. */
export function movtFormulaWeights(config: MovtConfig): Weights {
  return new Map(movtParameters(config).map(({ name, shape }) => [name, formulaWeights(name, shape)]));
}
