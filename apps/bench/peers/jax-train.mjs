// Training in jax-js: a whole step, its gradients and AdamW, under one jit, which fuses what it can.

import { blockUntilReady, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { adapterName, countDispatches } from './dawn.mjs';
import { ops, toArray } from './jax-ops.mjs';
import { readSafetensors } from './safetensors.mjs';
import { servePeer } from './serve.mjs';
import { BETAS, CLIP_EPS, schedule, stepOutput } from './training.mjs';
import { installedVersion } from './version.mjs';

let model, config, optimiser, start;

servePeer({
  async load(message) {
    ({ config, optimiser } = message);
    model = await import(`./models/${message.model.split('-')[0]}.mjs`);
    const tensors = Object.entries(readSafetensors(message.weights));
    const weights = Object.fromEntries(tensors.map(([name, tensor]) => [name, toArray(tensor)]));
    const zeros = () => tree.map((weight) => np.zeros(weight.shape), weights);
    start = await blockUntilReady({ weights, mean: zeros(), square: zeros() });
    return { version: installedVersion('@jax-js/jax'), adapter: adapterName() };
  },
  prepare: async (request) => ({ compile_ms: (await run(request)).ms }),
  run,
});

async function run({ steps, clips, shape, labels }) {
  let state = tree.ref(start);
  let last;
  for (let i = 1; i <= steps; i++) {
    const started = performance.now();
    const { result, dispatches } = await countDispatches(() => {
      const input = np.array(clips, { shape });
      const classes = nn.oneHot(np.array(labels), config.outputs);
      const { decay, rate, eps } = schedule(optimiser, i);
      const [next, lossAndNorm] = step(state, input, classes, np.array([decay, rate, eps]));
      state = next; // the step has freed what it was before
      return lossAndNorm.data();
    });
    last = { lossAndNorm: result, ms: performance.now() - started, dispatches };
  }
  const { lossAndNorm, ...measured } = last;
  const weights = Object.values(state.weights).map((weight) => np.transpose(weight).data()); // back to PyTorch's shape
  const output = stepOutput(lossAndNorm, await Promise.all(weights));
  tree.dispose([state.mean, state.square]);
  return { output, ...measured };
}

/** `classes` are one-hot [B,outputs] */
function loss(weights, tracks, classes) {
  const logits = model.forward(ops, config, weights, tracks);
  return np.mean(np.sum(nn.logSoftmax(logits, -1).mul(classes), -1)).neg();
}

/** → the state after the step, and [loss, norm of the gradients]. Functions of jax-js free their arguments: `.ref` keeps one for the next. */
const step = jit(({ weights, mean, square }, tracks, classes, factors) => {
  const [value, gradients] = valueAndGrad(loss)(tree.ref(weights), tracks, classes);
  const squares = tree.leaves(gradients).map((gradient) => np.sum(np.square(gradient.ref)));
  const norm = np.sqrt(squares.reduce((sum, each) => sum.add(each)));
  const scale = np.minimum(np.array(optimiser.maxNorm).div(norm.ref.add(CLIP_EPS)), 1);
  const [decay, rate, eps] = [0, 1, 2].map((i) => factors.ref.slice(i));
  const next = { weights: {}, mean: {}, square: {} };
  for (const [name, weight] of Object.entries(weights)) {
    const gradient = gradients[name].mul(scale.ref);
    const m = mean[name].mul(BETAS[0]).add(gradient.ref.mul(1 - BETAS[0]));
    const v = square[name].mul(BETAS[1]).add(np.square(gradient).mul(1 - BETAS[1]));
    const change = m.ref.mul(rate.ref).div(np.sqrt(v.ref).add(eps.ref));
    next.weights[name] = weight.mul(decay.ref).sub(change);
    next.mean[name] = m;
    next.square[name] = v;
  }
  return [next, np.stack([value, norm])];
});
