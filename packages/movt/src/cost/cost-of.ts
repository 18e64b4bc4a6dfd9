import { type ListedDispatch, layernorm, listPlan } from '@movt/kernels';
import type { Network } from '../model.ts';
import type { Shape } from '../plan.ts';
import type { PlacedBlock } from '../train/graph/blocks.ts';
import { createTape } from '../train/graph/tape.ts';
import { type ListedParameters, listParameters } from './listed-parameters.ts';
import { type Cost, costOfOperations, type Operation, workOf } from './operation.ts';

/**
 * What a model's forward pass costs for one shape, without a GPU: the operations that its tape would dispatch are listed. Zeros with which the
 * kernels want some parameters padded are not the model's cost.
 */
export function costOf(network: Network, shape: Shape): Cost {
  const parameters = listParameters(network);
  const plan = listPlan('counting');
  network.record(createTape(plan, parameters, undefined), shape);
  const used = new Set<PlacedBlock>();
  return costOfOperations(plan.dispatches.map((dispatch) => count(dispatch, parameters, used)));
}

/** @param used blocks that operations before this one have used; gets those of this one */
function count(
  { kernel, problem, operands, label }: ListedDispatch,
  parameters: ListedParameters,
  used: Set<PlacedBlock>,
): Operation {
  const blocksOf = (name: string): readonly PlacedBlock[] => {
    const binding = kernel.bindings.find((binding) => binding.name === name);
    const length = binding?.length(problem) ?? 0;
    return length === 0 ? [] : parameters.blocksIn(operands[name], length);
  };
  const own = (blocks: readonly PlacedBlock[]) => blocks.reduce((sum, block) => sum + parameters.countOwn(block), 0);
  const seen = (blocks: readonly PlacedBlock[]) => blocks.filter(({ parameter }) => !parameter.unseen);

  const fresh = kernel.bindings.flatMap(({ name }) => blocksOf(name)).filter((block) => !used.has(block));
  for (const block of fresh) used.add(block);

  const work = workOf(label, kernel, problem);
  const weight = blocksOf('weight');
  // Every element of a weight meets as many others as the next.
  const each = weight.length > 0 ? work.macs / weight.reduce((sum, { length }) => sum + length, 0) : 0;
  const macs = weight.length > 0 ? each * own(weight) : work.macs;
  const normalised = kernel.bindings.find(({ name }) => name === 'y')?.length(problem) ?? 0;
  const isNorm = kernel.name === layernorm.name;
  return {
    ...work,
    macs,
    flops: work.flops - 2 * (work.macs - macs),
    parameters: own(fresh),
    thop: {
      macs: isNorm ? (seen(weight).length > 0 ? 4 * normalised : 0) : each * own(seen(weight)),
      parameters: own(seen(fresh)),
    },
  };
}
