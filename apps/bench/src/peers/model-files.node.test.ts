/** models/*.mjs, the models' one statement for libraries that build them from operations, without such a library: in float64. */
import { formulaWeights, readGolden, relativeL2 } from '@movt/kernels/testing';
import { movtParameters, parseConfig } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PEERS_FOLDER } from './list.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A tensor by its value at each index. */
function build(shape: readonly number[], at: (index: number[]) => number): Tensor {
  const index = shape.map(() => 0);
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1)).map(() => {
    const value = at(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
    return value;
  });
  return { shape, data };
}

const read = ({ shape, data }: Tensor, index: readonly number[]) =>
  data[index.reduce((offset, i, axis) => offset * shape[axis] + i, 0)];

const sum = (count: number, term: (i: number) => number) => {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
};

/** Its Taylor series: |x| stays below 4 in these models. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 100; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const ACTIVATIONS = {
  none: (x: number) => x,
  relu: (x: number) => Math.max(x, 0),
  gelu: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
};

/** The operations that a model file may ask for, as tfjs.mjs and jax.mjs offer them. */
const ops = {
  reshape: ({ data }: Tensor, shape: number[]): Tensor => ({ shape, data }),
  transpose: (x: Tensor, axes: number[]) =>
    build(
      axes.map((axis) => x.shape[axis]),
      (index) =>
        read(
          x,
          axes.map((_, axis) => index[axes.indexOf(axis)]),
        ),
    ),
  slice: (x: Tensor, axis: number, begin: number, end: number) =>
    build(x.shape.with(axis, end - begin), (index) => read(x, index.with(axis, index[axis] + begin))),
  concat: ([first, ...rest]: Tensor[], axis: number): Tensor =>
    rest.reduce(
      (a, b) =>
        build(a.shape.with(axis, a.shape[axis] + b.shape[axis]), (index) => {
          const inB = index[axis] - a.shape[axis];
          return inB < 0 ? read(a, index) : read(b, index.with(axis, inB));
        }),
      first,
    ),
  add: (a: Tensor, b: Tensor): Tensor => ({ shape: a.shape, data: a.data.map((value, i) => value + b.data[i]) }),
  subtract: (a: Tensor, b: Tensor): Tensor => ({ shape: a.shape, data: a.data.map((value, i) => value - b.data[i]) }),
  mean: (x: Tensor, axis: number) =>
    build(
      x.shape.toSpliced(axis, 1),
      (index) => sum(x.shape[axis], (i) => read(x, index.toSpliced(axis, 0, i))) / x.shape[axis],
    ),
  linear: (x: Tensor, weight: Tensor, bias: Tensor, activation: keyof typeof ACTIVATIONS = 'none') =>
    build([x.shape[0], bias.shape[0]], ([row, column]) =>
      ACTIVATIONS[activation](
        bias.data[column] + sum(x.shape[1], (i) => read(x, [row, i]) * read(weight, [i, column])),
      ),
    ),
  conv1d: (x: Tensor, weight: Tensor, bias: Tensor) =>
    build([x.shape[0], x.shape[1], bias.shape[0]], ([sequence, t, column]) => {
      const [taps, inputs] = weight.shape;
      const tap = (k: number) => {
        const from = t + k - (taps - 1) / 2;
        if (from < 0 || from >= x.shape[1]) return 0;
        return sum(inputs, (i) => read(x, [sequence, from, i]) * read(weight, [k, i, column]));
      };
      return bias.data[column] + sum(taps, tap);
    }),
  maxOverLength: (x: Tensor) =>
    build([x.shape[0], x.shape[2]], ([sequence, channel]) =>
      Math.max(...Array.from({ length: x.shape[1] }, (_, t) => read(x, [sequence, t, channel]))),
    ),
  layerNorm: (x: Tensor, weight: Tensor, bias: Tensor) => {
    const width = x.shape[1];
    return build(x.shape, ([row, column]) => {
      const mean = sum(width, (i) => read(x, [row, i])) / width;
      const variance = sum(width, (i) => (read(x, [row, i]) - mean) ** 2) / width;
      return ((read(x, [row, column]) - mean) / Math.sqrt(variance + 1e-5)) * weight.data[column] + bias.data[column];
    });
  },
  attention: (qkv: Tensor) => {
    const [B, N, , H, D] = qkv.shape;
    const scores = build([B, H, N, N], ([b, h, i, j]) =>
      Math.exp(sum(D, (d) => read(qkv, [b, i, 0, h, d]) * read(qkv, [b, j, 1, h, d])) / Math.sqrt(D)),
    );
    return build([B, N, H, D], ([b, i, h, d]) => {
      const whole = sum(N, (j) => read(scores, [b, h, i, j]));
      return sum(N, (j) => read(scores, [b, h, i, j]) * read(qkv, [b, j, 2, h, d])) / whole;
    });
  },
};

const { forward, inputShape } = await import(new URL('models/movt.mjs', PEERS_FOLDER).href);

for (const name of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression']) {
  test(`models/movt.mjs gives PyTorch's outputs: ${name}`, () => {
    const golden = readGolden(`tests/golden/${name}.safetensors`);
    const config = parseConfig(golden.config, name);
    const weights = Object.fromEntries(
      movtParameters(config).map(({ name, shape }) => {
        const tensor = { shape, data: Float64Array.from(formulaWeights(name, shape)) };
        return [name, ops.transpose(tensor, [...shape.keys()].reverse())];
      }),
    );
    const { shape, data } = golden.tensor('tracks');
    const [batch, frames, points] = shape;
    assert.equal(inputShape({ batch, frames, points }), shape);
    const output: Tensor = forward(ops, config, weights, { shape, data: Float64Array.from(data) });
    assert.equal(output.shape, [batch, config.outputs]);
    const error = relativeL2([...output.data], golden.tensor('output').data);
    assert.ok(error < 1e-6, `relative error ${error}`);
  });
}

test.run();
