import type { GpuContext } from '@movt/kernels';
import { createTrainer, type MovtConfig, modelOf, type Shape, type Weights } from 'movt';
import type { Runner } from '../model/measure-batch.ts';
import { drawClips } from '../model/random-clips.ts';
import { joinProfiles } from '../model/run-profile.ts';
import { drawLabels, OPTIMISER, PLAIN_TRAINING } from '../peers/training-workload.ts';

/** Steps of training on one batch of random clips, each on from the last one; a run goes from padding the clips to the loss read back. */
export function trainRunner(context: GpuContext, config: MovtConfig, weights: Weights, shape: Shape): Runner {
  const trainer = createTrainer(context, modelOf(config), weights, { ...PLAIN_TRAINING, ...OPTIMISER });
  const { batch, frames, points } = shape;
  const { learningRate } = OPTIMISER;
  const question = { clips: drawClips(batch, frames, points), labels: drawLabels(batch, config) };
  return {
    async run() {
      const started = performance.now();
      await trainer.step([question], learningRate);
      return performance.now() - started;
    },
    async cost() {
      const { dispatches, ...cost } = await trainer.profile(question, learningRate, 'plan');
      return { ...cost, dispatches: dispatches.length };
    },
    profile: async (granularity) => joinProfiles([await trainer.profile(question, learningRate, granularity)]),
    destroy: () => trainer.destroy(),
  };
}
