/** models/*.mjs, the models' one statement for libraries that build them from operations, without such a library: in float64. */
import { formulaWeights, type GoldenTensor, readGolden, relativeL2 } from '@movt/kernels/testing';
import { type ModelConfig, modelOf, parseConfig, parseVideomaeConfig } from 'movt';
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
  tensor: (data: Float32Array, shape: number[]): Tensor => ({ shape, data: Float64Array.from(data) }),
  /** What has fewer axes is repeated along the first ones. */
  add: (a: Tensor, b: Tensor): Tensor => ({
    shape: a.shape,
    data: a.data.map((value, i) => value + b.data[i % b.data.length]),
  }),
  multiply: (a: Tensor, b: Tensor): Tensor => ({
    shape: a.shape,
    data: a.data.map((value, i) => value * b.data[i % b.data.length]),
  }),
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
  layerNorm: (x: Tensor, weight: Tensor, bias: Tensor, eps = 1e-5) => {
    const width = x.shape[1];
    return build(x.shape, ([row, column]) => {
      const mean = sum(width, (i) => read(x, [row, i])) / width;
      const variance = sum(width, (i) => (read(x, [row, i]) - mean) ** 2) / width;
      return ((read(x, [row, column]) - mean) / Math.sqrt(variance + eps)) * weight.data[column] + bias.data[column];
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

/** The forward pass of models/FILE with the formula's weights, in the layout that peers give them. */
async function answer(file: string, config: ModelConfig, { shape, data }: GoldenTensor): Promise<Tensor> {
  const { forward } = await import(new URL(`models/${file}.mjs`, PEERS_FOLDER).href);
  const weights = Object.fromEntries(
    modelOf(config).parameters.map(({ name, shape }) => {
      const tensor = { shape, data: Float64Array.from(formulaWeights(name, shape)) };
      return [name, ops.transpose(tensor, [...shape.keys()].reverse())];
    }),
  );
  return forward(ops, config, weights, { shape, data: Float64Array.from(data) });
}

function check(output: Tensor, golden: GoldenTensor): void {
  assert.equal(output.shape, golden.shape);
  const error = relativeL2([...output.data], golden.data);
  assert.ok(error < 1e-6, `relative error ${error}`);
}

for (const name of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression']) {
  test(`models/movt.mjs gives PyTorch's outputs: ${name}`, async () => {
    const golden = readGolden(`tests/golden/${name}.safetensors`);
    const config = parseConfig(golden.config, name);
    check(await answer('movt', config, golden.tensor('tracks')), golden.tensor('output'));
  });
}

for (const name of ['videomae-tiny', 'videomae-tiny-1frame']) {
  test(`models/videomae.mjs gives PyTorch's outputs: ${name}`, async () => {
    const golden = readGolden(`tests/golden/${name}.safetensors`);
    const { imageSize, dim, depth, classes, ...rest } = golden.config as Record<string, number>;
    const sizes = { size: imageSize, width: dim, layers: depth, outputs: classes, ...rest };
    const fixed = { model: 'videomae', mlpRatio: 4, normEps: 1e-6, fcNormEps: 1e-6 };
    const config = parseVideomaeConfig({ ...fixed, ...sizes }, name);
    check(await answer('videomae', config, golden.tensor('video')), golden.tensor('output_f64'));
  });
}

test.run();
