import type { Weights } from '../init.ts';
import type { Parameter } from '../parameters.ts';
import type { GraphBuilder } from './graph.ts';

/** The layers that transformers are made of, as operators. Each takes and gives the name of a tensor. */
export interface OnnxLayers {
  /** A parameter as a constant; in another shape where one is given. */
  parameter(name: string, shape?: readonly number[]): string;
  scalar(value: number): string;
  /** A part of one axis, from `begin` to before `end`; negative ends count from its end. */
  slice(x: string, axis: number, begin: number, end: number): string;
  /** x [.., in] times a weight [out, in], plus a bias that is a tensor already. */
  linear(x: string, weight: string, bias: string): string;
  /** torch.nn.Linear: NAME.weight and NAME.bias. */
  affine(name: string, x: string): string;
  relu(x: string): string;
  /** The exact form, x·Φ(x). */
  gelu(x: string): string;
  /** torch.nn.LayerNorm over the last axis. */
  norm(name: string, x: string, eps: number): string;
  /** Queries, keys and values side by side [B,N,3·width] → what the heads mix, [B,N,width]. */
  attention(packed: string, width: number, heads: number): string;
}

export function createLayers(graph: GraphBuilder, parameters: readonly Parameter[], weights: Weights): OnnxLayers {
  const { node, integers } = graph;
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));

  const layers: OnnxLayers = {
    parameter: (name, shape = shapes.get(name)!) => graph.constant(name, shape, weights.get(name)!),
    scalar: (value) => graph.constant(`${value}`, [], Float32Array.of(value)),
    slice: (x, axis, begin, end) => node('Slice', [x, integers([begin]), integers([end]), integers([axis])]),
    linear(x, weight, bias) {
      // MatMul wants a weight as [in, out].
      const [rows, columns] = shapes.get(weight)!;
      const turned = graph.constant(weight, [columns, rows], transpose(weights.get(weight)!, rows, columns));
      return node('Add', [node('MatMul', [x, turned]), bias]);
    },
    affine: (name, x) => layers.linear(x, `${name}.weight`, layers.parameter(`${name}.bias`)),
    relu: (x) => node('Relu', [x]),
    gelu(x) {
      const erf = node('Erf', [node('Mul', [x, layers.scalar(Math.SQRT1_2)])]);
      return node('Mul', [node('Mul', [x, layers.scalar(0.5)]), node('Add', [erf, layers.scalar(1)])]);
    },
    norm: (name, x, eps) =>
      node('LayerNormalization', [x, layers.parameter(`${name}.weight`), layers.parameter(`${name}.bias`)], {
        axis: -1,
        epsilon: { float: eps },
      }),
    attention(packed, width, heads) {
      const [q, k, v] = graph.split(packed, [width, width, width], 2);
      const split = (part: string, perm: readonly number[]) =>
        node('Transpose', [node('Reshape', [part, integers([0, 0, heads, width / heads])])], { perm });
      const scaled = node('Mul', [q, layers.scalar(1 / Math.sqrt(width / heads))]);
      const scores = node('MatMul', [split(scaled, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])]); // [B,heads,N,N]
      const mixed = node('MatMul', [node('Softmax', [scores], { axis: -1 }), split(v, [0, 2, 1, 3])]);
      return node('Reshape', [node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), integers([0, 0, width])]);
    },
  };
  return layers;
}

/** [rows, columns] → [columns, rows]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = matrix[row * columns + column];
  }
  return turned;
}
