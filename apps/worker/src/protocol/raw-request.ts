import type { TensorSpec } from '../service.ts';
import { DATATYPE_BYTES, DATATYPES, type Datatype } from './datatypes.ts';
import { quoted, refuse, shapeText } from './refuse.ts';
import type { Tensor } from './tensor.ts';

const ACTION = 'reading raw binary data';

/**
 * The one input of a body that is nothing but its bytes. Its shape is the query's `shape` (`1,32,64,3`); without one it is one clip, and
 * the body's length tells the one size that may vary. Its datatype is the query's `datatype`, else the model's.
 * @throws Refusal 400 where they say no shape, or one that the body cannot have
 */
export function rawTensor(
  body: Uint8Array,
  { name, datatype: usual, shape: spec }: TensorSpec,
  query: URLSearchParams,
): Tensor {
  const datatype = query.get('datatype') ?? usual;
  if (!isDatatype(datatype))
    throw refuse(400, ACTION, `datatype ${quoted(datatype)}`, `one of ${DATATYPES.join(', ')}`);
  const given = query.get('shape');
  const shape = given === null ? shapeOf(body.length / DATATYPE_BYTES[datatype], spec) : parseShape(given);
  return { name, datatype, shape, data: body };
}

const isDatatype = (name: string): name is Datatype => Object.hasOwn(DATATYPE_BYTES, name);

function parseShape(text: string): number[] {
  if (/^\d{1,9}(,\d{1,9}){0,7}$/.test(text)) return text.split(',').map(Number);
  throw refuse(400, ACTION, `shape ${quoted(text)}`, 'sizes with commas between them, such as 1,32,64,3');
}

function shapeOf(elements: number, spec: readonly number[]): number[] {
  const sizes = [1, ...spec.slice(1)];
  const open = sizes.filter((size) => size === -1).length;
  if (open > 1) {
    throw refuse(400, ACTION, `a body without a shape`, `?shape=… in the query, for ${shapeText(spec)}`);
  }
  const known = sizes.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const size = elements / known;
  if (open === 0 || Number.isInteger(size)) return sizes.map((known) => (known === -1 ? size : known));
  throw refuse(400, ACTION, `${elements} elements`, `a multiple of ${known}, for ${shapeText([1, ...spec.slice(1)])}`);
}
