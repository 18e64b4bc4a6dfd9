/** The messages of an ONNX file (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), as far as a model of plain operators needs them. */
import { limitExceeded } from '@movt/kernels';
import { bytes, type Encoded, float, int, join, message, text } from './protobuf.ts';

/** An operator's settings: a whole number, a list of them, or `{ float }`. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** A graph's input or output in single precision; a string stands for an axis of any size. */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** Collects a graph's nodes and constants. Every method answers with the name of the tensor that it made. */
export interface GraphBuilder {
  /** A node with one output. */
  node(op: string, inputs: readonly string[], attributes?: Attributes, output?: string): string;
  /** A node that cuts its input into `count` outputs. */
  split(input: string, sizes: readonly number[], axis: number): string[];
  /** Weights, row-major. */
  constant(name: string, shape: readonly number[], values: Float32Array): string;
  /** Whole numbers that an operator takes as an input: axes, sizes, bounds. Equal lists are stored once. */
  integers(values: readonly number[]): string;
  /** The bytes of the model. Throws limit_exceeded beyond protobuf's 2 GiB. */
  encode(
    name: string,
    inputs: readonly GraphValue[],
    outputs: readonly GraphValue[],
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array;
}

/** The operator set: the first that has LayerNormalization. */
const OPSET = 17;
/** The file format that came with it. */
const IR_VERSION = 8;
/** Protobuf readers stop here. */
const MAX_BYTES = 2 ** 31 - 1;

const FLOAT = 1;
const INT64 = 7;

const tensor = (name: string, type: number, shape: readonly number[], data: ArrayBufferView): Encoded =>
  message(5, [
    ...shape.map((size) => int(1, size)),
    int(2, type),
    text(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);

function attribute(name: string, value: Attributes[string]): Encoded {
  const typed =
    typeof value === 'number'
      ? [int(3, value), int(20, 2)]
      : 'float' in value
        ? [float(2, value.float), int(20, 1)]
        : [...value.map((entry) => int(8, entry)), int(20, 7)];
  return message(5, [text(1, name), ...typed]);
}

function graphValue(field: number, { name, shape }: GraphValue): Encoded {
  const axes = shape.map((axis) => message(1, [typeof axis === 'number' ? int(1, axis) : text(2, axis)]));
  return message(field, [text(1, name), message(2, [message(1, [int(1, FLOAT), message(2, axes)])])]);
}

export function createGraph(): GraphBuilder {
  const nodes: Encoded[] = [];
  const constants = new Map<string, Encoded>();
  let made = 0;

  const addNode = (op: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes) => {
    nodes.push(
      message(1, [
        ...inputs.map((name) => text(1, name)),
        ...outputs.map((name) => text(2, name)),
        text(3, `${op} ${nodes.length}`),
        text(4, op),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ]),
    );
  };
  const fresh = () => `t${made++}`;

  const graph: GraphBuilder = {
    node(op, inputs, attributes = {}, output = fresh()) {
      addNode(op, inputs, [output], attributes);
      return output;
    },
    split(input, sizes, axis) {
      const outputs = sizes.map(fresh);
      addNode('Split', [input, graph.integers(sizes)], outputs, { axis });
      return outputs;
    },
    constant(name, shape, values) {
      constants.set(name, tensor(name, FLOAT, shape, values));
      return name;
    },
    integers(values) {
      const name = `int64 ${values}`;
      constants.set(name, tensor(name, INT64, [values.length], BigInt64Array.from(values, BigInt)));
      return name;
    },
    encode(name, inputs, outputs, metadata) {
      const model = [
        int(1, IR_VERSION),
        text(2, 'movt'),
        message(7, [
          ...nodes,
          text(2, name),
          ...constants.values(),
          ...inputs.map((value) => graphValue(11, value)),
          ...outputs.map((value) => graphValue(12, value)),
        ]),
        message(8, [text(1, ''), int(2, OPSET)]),
        ...Object.entries(metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
      ];
      const byteLength = model.reduce((sum, field) => sum + field.byteLength, 0);
      if (byteLength > MAX_BYTES) {
        throw limitExceeded({
          action: 'writing ONNX',
          given: `a model of ${byteLength} bytes`,
          needed: `at most ${MAX_BYTES}, all that protobuf's readers take`,
        });
      }
      return join(model);
    },
  };
  return graph;
}
