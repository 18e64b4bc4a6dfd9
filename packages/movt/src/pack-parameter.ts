import type { Parameter } from './parameters.ts';

/** The next multiple of four: kernels load and store whole vec4s. */
export const wholeVectors = (elements: number) => Math.ceil(elements / 4) * 4;

/** Elements of a mean position as the kernels hold it: x, y and two zeros. */
export const POSITION_STRIDE = wholeVectors(2);

/**
 * A parameter's values in the order that kernels read them, where that is not the state dict's: the motion convolution as
 * [taps, out, in], so that channels lie side by side; the first position layer with zeros after x and y, and the first motion layer after its features, where they are more than the velocity's; the head with outputs of zero
 * after its own, up to a whole vec4.
 */
export function packParameter({ name, shape }: Parameter, values: Float32Array): Float32Array {
  if (name === 'motion.conv.weight') return permuteTaps(values, shape);
  if (name === 'position.0.weight') return padRows(values, shape[1], POSITION_STRIDE);
  // velocity_linear reads the three columns of velocity and occlusion as they are; more of them come from track_features.
  if (name === 'motion.mlp.0.weight' && shape[1] > 3) return padRows(values, shape[1], wholeVectors(shape[1]));
  if (name === 'head.weight') return lengthen(values, wholeVectors(shape[0]) * shape[1]);
  if (name === 'head.bias') return lengthen(values, wholeVectors(shape[0]));
  return values;
}

function lengthen(values: Float32Array, length: number): Float32Array {
  const packed = new Float32Array(length);
  packed.set(values);
  return packed;
}

function permuteTaps(values: Float32Array, [outputs, inputs, taps]: readonly number[]): Float32Array {
  const packed = new Float32Array(values.length);
  for (let row = 0; row < outputs * inputs; row++) {
    for (let tap = 0; tap < taps; tap++) packed[tap * outputs * inputs + row] = values[row * taps + tap];
  }
  return packed;
}

function padRows(values: Float32Array, columns: number, stride: number): Float32Array {
  const rows = values.length / columns;
  const packed = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++) packed.set(values.subarray(row * columns, (row + 1) * columns), row * stride);
  return packed;
}
