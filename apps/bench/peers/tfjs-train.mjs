// Training in TensorFlow.js on WebGPU: its own gradients, and AdamW from its operations, since it has none with decoupled decay.
import './dawn.mjs';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { adapterName, countDispatches } from './dawn.mjs';
import { readSafetensors } from './safetensors.mjs';
import { servePeer } from './serve.mjs';
import './tfjs-gradients.mjs';
import { ops, toTensor } from './tfjs-ops.mjs';
import { BETAS, CLIP_EPS, schedule, stepOutput } from './training.mjs';

createRequire(import.meta.url)('@tensorflow/tfjs-backend-webgpu');
await tf.setBackend('webgpu');

let model, config, optimiser, weights, moments;
let steps = 0;

servePeer({
  async load(message) {
    ({ config, optimiser } = message);
    model = await import(`./models/${message.model.split('-')[0]}.mjs`);
    const tensors = Object.entries(readSafetensors(message.weights));
    weights = Object.fromEntries(tensors.map(([name, tensor]) => [name, tf.variable(toTensor(tensor), true, name)]));
    const zeros = (name) => tf.variable(tf.zerosLike(weights[name]), false);
    moments = Object.fromEntries(tensors.map(([name]) => [name, { mean: zeros(name), square: zeros(name) }]));
    return { version: tf.version_core, adapter: adapterName() };
  },
  prepare: async (request) => ({ compile_ms: (await run(request)).ms }),
  run,
});

async function run({ tracks, labels, ...sizes }) {
  const started = performance.now();
  const { result, dispatches } = await countDispatches(async () => {
    const lossAndNorm = tf.tidy(() => step(tf.tensor(tracks, model.inputShape(sizes)), tf.tensor1d(labels, 'int32')));
    const values = await lossAndNorm.data();
    lossAndNorm.dispose();
    return values;
  });
  const ms = performance.now() - started;
  const read = async (weight) => {
    const turned = tf.transpose(weight); // back to PyTorch's shape
    const values = await turned.data();
    turned.dispose();
    return values;
  };
  return { output: stepOutput(result, await Promise.all(Object.values(weights).map(read))), ms, dispatches };
}

/** Takes a step → [loss, norm of the gradients] */
function step(tracks, labels) {
  const { value, grads } = tf.variableGrads(() => {
    const logits = model.forward(ops, config, weights, tracks);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, config.outputs), logits);
  });
  // Not tf.addN: on WebGPU it fails with more tensors than a shader may bind.
  const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.sum(tf.stack(squares)));
  const scale = tf.minimum(tf.div(optimiser.maxNorm, tf.add(norm, CLIP_EPS)), 1);

  // Numbers as tensors, once for all weights; a gradient is clipped in passing, by the factor of its average.
  const { decay, rate, eps } = schedule(optimiser, ++steps);
  const factors = {
    keepMean: tf.scalar(BETAS[0]),
    addMean: tf.mul(scale, 1 - BETAS[0]),
    keepSquare: tf.scalar(BETAS[1]),
    addSquare: tf.mul(tf.square(scale), 1 - BETAS[1]),
    ...{ decay: tf.scalar(decay), rate: tf.scalar(rate), eps: tf.scalar(eps) },
  };
  for (const [name, gradient] of Object.entries(grads)) update(weights[name], moments[name], gradient, factors);
  return tf.stack([value, norm]);
}

function update(weight, { mean, square }, gradient, factors) {
  mean.assign(tf.add(tf.mul(mean, factors.keepMean), tf.mul(gradient, factors.addMean)));
  square.assign(tf.add(tf.mul(square, factors.keepSquare), tf.mul(tf.square(gradient), factors.addSquare)));
  const change = tf.div(tf.mul(mean, factors.rate), tf.add(tf.sqrt(square), factors.eps));
  weight.assign(tf.sub(tf.mul(weight, factors.decay), change));
}
