import { createRandom } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import type { Tracks } from '@movt/tracker/tracks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialWeights } from '../init.ts';
import { createPredictor } from '../predict.ts';
import { presetConfig } from '../presets.ts';
import { confidenceOf } from './cascade.ts';
import { createCascade } from './create-cascade.ts';

test('two models on the GPU: the large one runs for the unsure clips alone, and answers them as it would alone', async () => {
  const context = await testContext();
  const random = createRandom(3);
  const [T, N] = [6, 5];
  const clips: Tracks[] = Array.from({ length: 9 }, () => {
    const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? 0 : value));
    return { data, T, N };
  });
  const config = presetConfig('movt-tiny', 4);
  const [small, big] = [1, 2].map((seed) =>
    createPredictor(context, { config, weights: initialWeights(config, seed) }),
  );
  const alone = {
    small: (await small.predict(clips)).outputs,
    big: (await big.predict(clips)).outputs,
  };
  const confidences = alone.small.map(confidenceOf);
  const threshold = [...confidences].sort((a, b) => a - b)[4];
  let dispatches = 0;
  const cascade = createCascade<Tracks>(
    async (some) => (await small.predict(some)).outputs,
    async (some) => {
      const { outputs, cost } = await big.predict(some);
      dispatches += cost.dispatches;
      return outputs;
    },
    threshold,
  );
  const { outputs, covered } = await cascade.answer(clips);
  assert.equal(cascade.asked, { small: 9, big: 4 });
  assert.ok(dispatches > 0);
  for (const [i, output] of outputs.entries()) {
    const expected = alone[covered[i] ? 'small' : 'big'][i];
    assert.is(covered[i], confidences[i] >= threshold);
    for (const [k, value] of output.entries()) assert.ok(Math.abs(value - expected[k]) < 1e-5);
  }
  const sure = clips.filter((_, i) => confidences[i] >= threshold);
  const before = dispatches;
  await cascade.answer(sure);
  assert.is(dispatches, before, 'the large model did nothing');
  await Promise.all([small.destroy(), big.destroy()]);
});

test.run();
