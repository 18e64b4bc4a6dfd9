import { createPlan, type GpuContext } from '@movt/kernels';
import type { Weights } from './init.ts';
import type { Model } from './model.ts';
import { createPlanPredictor, type PlanPredictor } from './plan-predictor.ts';
import { EVERYTHING } from './train/graph/blocks.ts';
import { createParameterBuffers } from './train/graph/parameter-buffers.ts';
import { createTape, planTensorOf } from './train/graph/tape.ts';

/**
 * Loads a model's weights onto a context's device, to run as its tape states it, operation by operation. Features are E_F [width] of each
 * clip.
 */
export function createTapePredictor<Clip>(
  context: GpuContext,
  model: Model<Clip>,
  weights: Weights,
): PlanPredictor<Clip, Float32Array> {
  const parameters = createParameterBuffers(context, model, EVERYTHING);
  const setWeights = (next: Weights) => parameters.upload('weight', next);
  setWeights(weights);
  return createPlanPredictor(context, {
    model,
    largestTensor: model.largestTensor,
    async plan(shape, features) {
      const { batch, frames, points } = shape;
      const plan = createPlan(context, `forward pass ${batch}×${frames}×${points}`);
      const answer = model.record(createTape(plan, parameters, undefined), shape);
      plan.output('output', planTensorOf(answer.output));
      if (features) plan.output('features', planTensorOf(answer.features));
      return plan.build();
    },
    stride: model.outputs,
    featuresOf({ features }, b, _, { batch }) {
      const width = features.length / batch;
      return features.slice(b * width, (b + 1) * width);
    },
    setWeights,
    destroy: parameters.destroy,
  });
}
