import { DATATYPE_BYTES, type Datatype } from './datatypes.ts';
import { quoted, refuse, shapeText } from './refuse.ts';

/** An input of a request whose values have not been read: a list of JSON, or row-major little-endian bytes at any alignment. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: readonly unknown[] | Uint8Array;
}

/** What messages about a tensor begin with. */
export const reading = ({ name }: Pick<Tensor, 'name'>) => `reading input ${quoted(name)}`;

/**
 * Elements of a shape.
 * @throws Refusal 413 where they are more than a number can count exactly: no body holds them
 */
export function countOf(tensor: Pick<Tensor, 'name' | 'shape'>): number {
  // A zero anywhere is zero elements, whatever the other sizes multiply to.
  const count = tensor.shape.includes(0) ? 0 : tensor.shape.reduce((product, size) => product * size, 1);
  if (Number.isSafeInteger(count)) return count;
  throw refuse(413, reading(tensor), `shape ${shapeText(tensor.shape)}`, 'fewer than 2^53 elements');
}

/**
 * Bytes that a tensor of this shape takes in binary form.
 * @throws Refusal 400 for BYTES, whose size the shape does not tell
 */
export function bytesOf(tensor: Pick<Tensor, 'name' | 'shape' | 'datatype'>): number {
  const size = DATATYPE_BYTES[tensor.datatype];
  if (!Number.isNaN(size)) return countOf(tensor) * size;
  throw refuse(400, reading(tensor), 'datatype BYTES', 'numbers, such as FP32');
}
