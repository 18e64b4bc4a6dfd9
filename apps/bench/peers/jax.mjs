import { jit, numpy as np, tree } from '@jax-js/jax';
import { adapterName, countDispatches } from './dawn.mjs';
import { ops, toArray } from './jax-ops.mjs';
import { readSafetensors } from './safetensors.mjs';
import { servePeer } from './serve.mjs';
import { installedVersion } from './version.mjs';

let model, predict, weights;

servePeer({
  async load(message) {
    const { config } = message;
    model = await import(`./models/${message.model.split('-')[0]}.mjs`);
    weights = Object.fromEntries(
      Object.entries(readSafetensors(message.weights)).map(([name, tensor]) => [name, toArray(tensor)]),
    );
    predict = jit((weights, clips) => model.forward(ops, config, weights, clips));
    return { version: installedVersion('@jax-js/jax'), adapter: adapterName() };
  },
  prepare: async (request) => ({ compile_ms: (await run(request)).ms }),
  run,
});

async function run({ clips, shape }) {
  const started = performance.now();
  const { result, dispatches } = await countDispatches(() => {
    const input = np.array(clips, { shape });
    return predict(tree.ref(weights), input).data();
  });
  return { output: result, ms: performance.now() - started, dispatches };
}
