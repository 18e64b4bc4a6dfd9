import type { GpuContext } from '@movt/kernels';
import { type Checkpoint, createPredictor, type Shape } from 'movt';
import type { Runner } from './measure-batch.ts';
import { drawClips } from './random-clips.ts';
import { joinProfiles } from './run-profile.ts';

/** A checkpoint's forward pass over random clips. */
export function predictRunner(context: GpuContext, checkpoint: Checkpoint, { batch, frames, points }: Shape): Runner {
  const predictor = createPredictor(context, checkpoint);
  const clips = drawClips(batch, frames, points);
  return {
    run: async () => (await predictor.predict(clips)).cost.runMs,
    cost: async () => (await predictor.predict(clips)).cost,
    profile: async (granularity) => joinProfiles(await predictor.profile(clips, granularity)),
    destroy: () => predictor.destroy(),
  };
}
