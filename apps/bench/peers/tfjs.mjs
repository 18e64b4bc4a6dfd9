// What tfjs's peers that predict share, whatever its backend.
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from './safetensors.mjs';
import { ops, toTensor } from './tfjs-ops.mjs';

/**
 * Operations of a peer on tfjs's current backend.
 * @param describe says what it runs on
 * @param count runs a function and returns { result, dispatches }
 */
export function tfjsPeer(describe, count) {
  let model, config, weights;

  const run = async ({ clips, shape }) => {
    const started = performance.now();
    const { result, dispatches } = await count(async () => {
      const input = tf.tensor(clips, shape);
      const y = tf.tidy(() => model.forward(ops, config, weights, input));
      const output = await y.data();
      tf.dispose([input, y]);
      return output;
    });
    return { output: result, ms: performance.now() - started, dispatches };
  };

  return {
    async load(message) {
      config = message.config;
      model = await import(`./models/${message.model.split('-')[0]}.mjs`);
      weights = Object.fromEntries(
        Object.entries(readSafetensors(message.weights)).map(([name, tensor]) => [name, toTensor(tensor)]),
      );
      return { version: tf.version_core, adapter: await describe() };
    },
    prepare: async (request) => ({ compile_ms: (await run(request)).ms }),
    run,
  };
}
