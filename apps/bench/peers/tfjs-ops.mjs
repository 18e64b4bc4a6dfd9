// The operations that models/ are built from, in TensorFlow.js, whatever its backend. It differentiates all of them.
import * as tf from '@tensorflow/tfjs-core';

const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

export const ops = {
  transpose: tf.transpose,
  reshape: tf.reshape,
  concat: tf.concat,
  add: tf.add,
  multiply: tf.mul,
  tensor: (data, shape) => tf.tensor(data, shape),
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
  layerNorm(x, weight, bias, eps = 1e-5) {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, eps))), weight), bias);
  },
  /** Queries, keys and values [B,N,3,H,D] → [B,N,H,D] */
  attention(qkv) {
    const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])); // each [B,H,N,D]
    const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(qkv.shape[4])), k, false, true);
    return tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  },
};

/** PyTorch's [out,in] and [out,in,taps] as [in,out] and [taps,in,out]. */
export const toTensor = ({ shape, data }) => {
  const tensor = tf.tensor(data, shape);
  return shape.length === 1 ? tensor : tf.transpose(tensor);
};
