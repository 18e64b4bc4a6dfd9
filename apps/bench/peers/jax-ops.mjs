// The operations that models/ are built from, in jax-js on Dawn.
import './iterator-helpers.mjs';
import './dawn.mjs';
import { defaultDevice, init, lax, nn, numpy as np } from '@jax-js/jax';

if (!(await init('webgpu')).includes('webgpu')) throw new Error('jax-js found no GPU');
defaultDevice('webgpu');

/** jax-js's functions take their arguments over and free them: `.ref` keeps one for the next. While tracing that costs nothing. */
export const ops = {
  transpose: (x, axes) => np.transpose(x.ref, axes),
  reshape: (x, shape) => np.reshape(x.ref, shape),
  concat: (parts, axis) =>
    np.concatenate(
      parts.map((part) => part.ref),
      axis,
    ),
  add: (a, b) => np.add(a.ref, b.ref),
  multiply: (a, b) => np.multiply(a.ref, b.ref),
  tensor: (data, shape) => np.array(data, { shape }),
  subtract: (a, b) => np.subtract(a.ref, b.ref),
  mean: (x, axis) => np.mean(x.ref, axis),
  slice: (x, axis, begin, end) => x.ref.slice(...x.shape.map((_, i) => (i === axis ? [begin, end] : []))),
  /** [rows,in] → [rows,out] */
  linear(x, weight, bias, activation) {
    const y = np.matmul(x.ref, weight.ref).add(bias.ref);
    if (activation === 'relu') return nn.relu(y);
    return activation === 'gelu' ? nn.gelu(y, { approximate: false }) : y;
  },
  /** [sequences,length,in] → [sequences,length,out], zeros beyond both ends. */
  conv1d(x, weight, bias) {
    const y = lax.conv(np.transpose(x.ref, [0, 2, 1]), np.transpose(weight.ref, [2, 1, 0]), [1], 'SAME');
    return np.transpose(y, [0, 2, 1]).add(bias.ref);
  },
  /** [sequences,length,channels] → [sequences,channels] */
  maxOverLength: (x) => np.max(x.ref, 1),
  layerNorm(x, weight, bias, eps = 1e-5) {
    return nn.standardize(x.ref, -1, { epsilon: eps }).mul(weight.ref).add(bias.ref);
  },
  /** Queries, keys and values [B,N,3,H,D] → [B,N,H,D] */
  attention(qkv) {
    const part = (i) => qkv.ref.slice([], [], i);
    return nn.dotProductAttention(part(0), part(1), part(2));
  },
};

/** PyTorch's [out,in] and [out,in,taps] as [in,out] and [taps,in,out]. */
export function toArray({ shape, data }) {
  const array = np.array(data, { shape });
  return shape.length === 1 ? array : np.transpose(array);
}
