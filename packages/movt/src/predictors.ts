import type { GpuContext } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { MovtConfig } from './config.ts';
import type { Weights } from './init.ts';
import type { Model } from './model.ts';
import { isMovt } from './models.ts';
import type { PlanPredictor } from './plan-predictor.ts';
import { createPredictor } from './predict.ts';
import { createTapePredictor } from './tape-predictor.ts';

/** Any model on a GPU; its features are E_F [width] of each clip. */
export type ModelPredictor<Clip> = PlanPredictor<Clip, Float32Array>;

/** A model's predictor: MovT has a fused plan of its own, the others run as their tapes state them. */
export function predictorOf<Clip>(context: GpuContext, model: Model<Clip>, weights: Weights): ModelPredictor<Clip> {
  const { config } = model;
  // A MovT's clips are tracks, whatever a caller that has any model calls them.
  if (isMovt(config)) return movtPredictor(context, config, weights) as unknown as ModelPredictor<Clip>;
  return createTapePredictor(context, model, weights);
}

function movtPredictor(context: GpuContext, config: MovtConfig, weights: Weights): ModelPredictor<Tracks> {
  const predictor = createPredictor(context, { config, weights });
  return {
    ...predictor,
    async predict(clips, options) {
      const { features, ...prediction } = await predictor.predict(clips, options);
      return { ...prediction, ...(features && { features: features.map((clip) => clip.features) }) };
    },
  };
}
