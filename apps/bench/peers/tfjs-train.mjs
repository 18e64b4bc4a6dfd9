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

const trainingOps = {
  ...ops,
  /**
   * As a sum of matrix products, one a tap: the gradient of tf.conv2d's filter is several times as slow, and one product over the shifted copies
   * side by side needs a tensor beyond the binding limit, which makes the answer wrong without a word.
   */
  conv1d(x, weight, bias) {
    const [sequences, length, inputs] = x.shape;
    const [taps, , outputs] = weight.shape;
    const before = (taps - 1) / 2;
    const padded = tf.pad(x, [
      [0, 0],
      [before, taps - 1 - before],
      [0, 0],
    ]);
    const products = Array.from({ length: taps }, (_, k) => {
      const rows = tf.reshape(tf.slice(padded, [0, k, 0], x.shape), [sequences * length, inputs]);
      return tf.matMul(rows, tf.reshape(tf.slice(weight, [k, 0, 0], [1, inputs, outputs]), [inputs, outputs]));
    });
    const sum = products.reduce((a, b) => tf.add(a, b));
    return tf.reshape(tf.add(sum, bias), [sequences, length, outputs]);
  },
};

let model, config, optimiser, start, weights, moments;

servePeer({
  async load(message) {
    ({ config, optimiser } = message);
    model = await import(`./models/${message.model.split('-')[0]}.mjs`);
    const tensors = Object.entries(readSafetensors(message.weights));
    start = tensors.map(([name, tensor]) => ({ name, weight: toTensor(tensor) }));
    for (const each of start) each.zeros = tf.zerosLike(each.weight);
    weights = Object.fromEntries(start.map(({ name, weight }) => [name, tf.variable(weight, true, name)]));
    const moment = ({ zeros }) => tf.variable(zeros, false);
    moments = Object.fromEntries(start.map((each) => [each.name, { mean: moment(each), square: moment(each) }]));
    return { version: tf.version_core, adapter: adapterName() };
  },
  prepare: async (request) => ({ compile_ms: (await run(request)).ms }),
  run,
});

async function run({ steps, clips, shape, labels }) {
  for (const { name, weight, zeros } of start) {
    weights[name].assign(tf.clone(weight));
    for (const moment of Object.values(moments[name])) moment.assign(tf.clone(zeros));
  }
  let last;
  for (let i = 1; i <= steps; i++) last = await timeStep(i, clips, shape, labels);
  const read = async (weight) => {
    const turned = tf.transpose(weight); // back to PyTorch's shape
    const values = await turned.data();
    turned.dispose();
    return values;
  };
  const { lossAndNorm, ...measured } = last;
  return { output: stepOutput(lossAndNorm, await Promise.all(Object.values(weights).map(read))), ...measured };
}

async function timeStep(i, clips, shape, labels) {
  const started = performance.now();
  const { result, dispatches } = await countDispatches(async () => {
    const told = tf.tidy(() => step(i, tf.tensor(clips, shape), tf.tensor1d(labels, 'int32')));
    const values = await told.data();
    told.dispose();
    return values;
  });
  return { lossAndNorm: result, ms: performance.now() - started, dispatches };
}

/** Takes step `i`, from 1 → [loss, norm of the gradients] */
function step(i, tracks, labels) {
  const { value, grads } = tf.variableGrads(() => {
    const logits = model.forward(trainingOps, config, weights, tracks);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, config.outputs), logits);
  });
  // Not tf.addN: on WebGPU it fails with more tensors than a shader may bind.
  const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.sum(tf.stack(squares)));
  const scale = tf.minimum(tf.div(optimiser.maxNorm, tf.add(norm, CLIP_EPS)), 1);

  // Numbers as tensors, once for all weights; a gradient is clipped in passing, by the factor of its average.
  const { decay, rate, eps } = schedule(optimiser, i);
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
