/** For tests of models. */
import { createRandom } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import type { Weights } from '../init.ts';
import type { Model } from '../model.ts';
import { createTrainer } from './trainer.ts';

/**
 * Holds a model's loss on a batch, and the gradients of all its parameters, to a float64 reference and central differences of that.
 * @param reference the logits of one clip
 * @param tried elements of each parameter that are tried
 * @returns the gradients
 * @throws Error that names the element
 */
export async function checkModelGradient<Clip>(
  model: Model<Clip>,
  weights: Weights,
  { clips, labels }: { clips: readonly Clip[]; labels: readonly number[] },
  reference: (weights: Weights, clip: Clip) => ArrayLike<number>,
  tried = 3,
): Promise<Weights> {
  const lossOf = (moved: Weights) =>
    clips.reduce((sum, clip, i) => {
      const logits = Array.from(reference(moved, clip));
      return sum + Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0)) - logits[labels[i]];
    }, 0) / clips.length;
  const options = { dropout: 0, labelSmoothing: 0, weightDecay: 0, maxNorm: 1, seed: 1, layerDecay: 1, frozen: [] };
  const trainer = createTrainer(await testContext(), model, weights, { task: 'classification', ...options });
  const { loss } = await trainer.step([{ clips, labels }], 0);
  const gradients = await trainer.gradients();
  await trainer.destroy();
  const wanted = lossOf(weights);
  if (!(Math.abs(loss - wanted) < 1e-5)) throw new Error(`loss ${loss}, not ${wanted}`);

  const random = createRandom(11);
  for (const [name, values] of weights) {
    for (let i = 0; i < tried; i++) {
      const at = random.integer(0, values.length - 1);
      const [up, down] = [1e-3, -1e-3].map((step) => values.with(at, values[at] + step));
      const [above, below] = [up, down].map((moved) => lossOf(new Map(weights).set(name, moved)));
      const difference = (above - below) / (up[at] - down[at]);
      const found = gradients.get(name)![at];
      // A maximum over time or a ReLU may turn over within the step: that costs more than a smooth function would.
      if (!(Math.abs(found - difference) < 2e-4 + 0.02 * Math.abs(difference))) {
        throw new Error(`${name}[${at}]: ${found}, not ${difference}`);
      }
    }
  }
  return gradients;
}
