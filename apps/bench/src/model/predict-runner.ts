import type { GpuContext } from '@movt/kernels';
import { predictorOf } from 'movt';
import type { Runner } from './measure-batch.ts';
import { joinProfiles } from './run-profile.ts';
import type { Workload } from './workload.ts';

/** A model's forward pass over random clips. */
export function predictRunner(context: GpuContext, { model, weights, drawClips }: Workload, batch: number): Runner {
  const predictor = predictorOf(context, model, weights);
  const clips = drawClips(batch);
  return {
    run: async () => (await predictor.predict(clips)).cost.runMs,
    cost: async () => (await predictor.predict(clips)).cost,
    profile: async (granularity) => joinProfiles(await predictor.profile(clips, granularity)),
    destroy: () => predictor.destroy(),
  };
}
