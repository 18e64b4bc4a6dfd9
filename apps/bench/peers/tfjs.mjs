// What tfjs's peers share: MovT's operations in TensorFlow.js, whatever its backend.
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from './safetensors.mjs';

const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

const ops = {
  transpose: tf.transpose,
  reshape: tf.reshape,
  concat: tf.concat,
  add: tf.add,
  subtract: tf.sub,
  mean: tf.mean,
  slice(x, axis, begin, end) {
    const start = x.shape.map(() => 0);
    const size = [...x.shape];
    start[axis] = begin;
    size[axis] = end - begin;
    return tf.slice(x, start, size);
  },
  /** [rows,in] → [rows,out] */
  linear(x, weight, bias, activation = 'linear') {
    const y = tf.fused.matMul({ a: x, b: weight, bias, activation: activation === 'gelu' ? 'linear' : activation });
    return activation === 'gelu' ? gelu(y) : y;
  },
  /** [sequences,length,in] → [sequences,length,out], zeros beyond both ends. tf.conv1d does the same without fusing the bias. */
  conv1d(x, weight, bias) {
    const [sequences, length, inputs] = x.shape;
    const [taps, , outputs] = weight.shape;
    const y = tf.fused.conv2d({
      x: tf.reshape(x, [sequences, 1, length, inputs]),
      filter: tf.reshape(weight, [1, taps, inputs, outputs]),
      strides: 1,
      pad: 'same',
      bias,
    });
    return tf.reshape(y, [sequences, length, outputs]);
  },
  /** [sequences,length,channels] → [sequences,channels]. As pooling: over an axis in the middle tf.max is 30 times as slow on WebGPU. */
  maxOverLength(x) {
    const [sequences, length, channels] = x.shape;
    const pooled = tf.maxPool(tf.reshape(x, [sequences, length, 1, channels]), [length, 1], 1, 'valid');
    return tf.reshape(pooled, [sequences, channels]);
  },
  layerNorm(x, weight, bias) {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), weight), bias);
  },
  /** Queries, keys and values [B,N,3,H,D] → [B,N,H,D] */
  attention(qkv) {
    const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])); // each [B,H,N,D]
    const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(qkv.shape[4])), k, false, true);
    return tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  },
};

/** PyTorch's [out,in] and [out,in,taps] as [in,out] and [taps,in,out]. */
const toTensor = ({ shape, data }) => {
  const tensor = tf.tensor(data, shape);
  return shape.length === 1 ? tensor : tf.transpose(tensor);
};

/**
 * Operations of a peer on tfjs's current backend.
 * @param describe says what it runs on
 * @param count runs a function and returns { result, dispatches }
 */
export function tfjsPeer(describe, count) {
  let model, config, weights;

  const run = async ({ tracks, ...sizes }) => {
    const started = performance.now();
    const { result, dispatches } = await count(async () => {
      const input = tf.tensor(tracks, model.inputShape(sizes));
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
    async prepare(sizes) {
      const count = model.inputShape(sizes).reduce((product, size) => product * size, 1);
      const { ms } = await run({ ...sizes, tracks: new Float32Array(count) });
      return { compile_ms: ms };
    },
    run,
  };
}
