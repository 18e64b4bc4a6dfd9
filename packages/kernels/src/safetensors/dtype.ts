import { badInput } from '../runtime/errors.ts';
import { halfToNumber } from '../runtime/float16.ts';

/** Bytes an element takes, by the format's own names. */
export const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type DType = keyof typeof DTYPE_BYTES;

/** One tensor of a file: row-major, little-endian, at any alignment. */
export interface TensorEntry {
  dtype: DType;
  shape: readonly number[];
  data: Uint8Array;
}

/** Whether `value` names an element type of the format. */
export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value);
}

/** Number of elements of a shape; the empty shape is a scalar and has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** An F32 tensor over the caller's values (not copied). */
export function float32Entry(shape: readonly number[], values: Float32Array): TensorEntry {
  return { dtype: 'F32', shape, data: bytesOf(values) };
}

/** A U8 tensor over the caller's values (not copied). */
export function uint8Entry(shape: readonly number[], values: Uint8Array): TensorEntry {
  return { dtype: 'U8', shape, data: values };
}

/** An I64 tensor of whole numbers; throws a RangeError on a fraction, NaN or infinity. */
export function int64Entry(shape: readonly number[], values: ArrayLike<number>): TensorEntry {
  return { dtype: 'I64', shape, data: bytesOf(BigInt64Array.from(Array.from(values, BigInt))) };
}

/**
 * The values as float32, in a new array; F16 and BF16 are exact, F64 is rounded to nearest.
 * Throws bad_input for whole-number types: `toNumbers` reads those.
 */
export function toFloat32({ dtype, data }: TensorEntry, name = 'tensor'): Float32Array {
  const { buffer } = new Uint8Array(data); // A copy starts at offset 0, where any typed array may be laid over it.
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case 'BF16':
      // bfloat16 is the upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    default:
      throw badInput({ action: `reading ${name} as float32`, given: dtype, needed: 'F32, F64, F16 or BF16' });
  }
}

/** The values of a whole-number or BOOL tensor; throws bad_input for other types and for numbers beyond ±2⁵³. */
export function toNumbers({ dtype, data }: TensorEntry, name = 'tensor'): number[] {
  const { buffer } = new Uint8Array(data);
  switch (dtype) {
    case 'BOOL':
    case 'U8':
      return Array.from(new Uint8Array(buffer));
    case 'I8':
      return Array.from(new Int8Array(buffer));
    case 'U16':
      return Array.from(new Uint16Array(buffer));
    case 'I16':
      return Array.from(new Int16Array(buffer));
    case 'U32':
      return Array.from(new Uint32Array(buffer));
    case 'I32':
      return Array.from(new Int32Array(buffer));
    case 'U64':
      return Array.from(new BigUint64Array(buffer), (value) => exactNumber(value, name));
    case 'I64':
      return Array.from(new BigInt64Array(buffer), (value) => exactNumber(value, name));
    default:
      throw badInput({ action: `reading ${name} as whole numbers`, given: dtype, needed: 'an integer type or BOOL' });
  }
}

function exactNumber(value: bigint, name: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw badInput({ action: `reading ${name}`, given: `the number ${value}`, needed: 'whole numbers within ±2^53' });
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
