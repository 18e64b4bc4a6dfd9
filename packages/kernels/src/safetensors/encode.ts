import { badInput } from '../runtime/errors.ts';
import { DTYPE_BYTES, type DType, elementCount, type TensorEntry } from './dtype.ts';

/** What a tensor will be, without its values. */
export type TensorShape = Pick<TensorEntry, 'dtype' | 'shape'>;

/** The beginning of a file, and where in the file each tensor goes. */
export interface SafetensorsLayout {
  header: Uint8Array;
  /** Bytes from the start of the file. */
  offsets: ReadonlyMap<string, number>;
  /** Of the whole file. */
  byteLength: number;
}

/**
 * The bytes of a safetensors file; see `layOutSafetensors` for the order.
 * Throws bad_input where data and shape disagree.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorEntry>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  for (const [name, { dtype, shape, data }] of tensors) {
    const expected = byteCount(dtype, shape);
    if (data.byteLength === expected) continue;
    throw badInput({
      action: `writing tensor '${name}' [${shape}] ${dtype}`,
      given: `${data.byteLength} bytes`,
      needed: `${expected} bytes`,
    });
  }
  const { header, offsets, byteLength } = layOutSafetensors(tensors, metadata);
  const file = new Uint8Array(byteLength);
  file.set(header);
  for (const [name, { data }] of tensors) file.set(data, offsets.get(name)!);
  return file;
}

/**
 * Plans a safetensors file. Wider element types come first and the header is padded with spaces to a multiple of 8, so that every tensor
 * starts at a multiple of its element size; equal widths keep the order of the map.
 */
export function layOutSafetensors(
  tensors: ReadonlyMap<string, TensorShape>,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsLayout {
  const entries = [...tensors].sort(([, a], [, b]) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype]);
  // Pairs, not an object: a plain object would move names that look like numbers to the front.
  const fields = Object.keys(metadata).length ? [jsonField('__metadata__', metadata)] : [];
  const begins = new Map<string, number>();
  let end = 0;
  for (const [name, { dtype, shape }] of entries) {
    const begin = end;
    end += byteCount(dtype, shape);
    begins.set(name, begin);
    fields.push(jsonField(name, { dtype, shape, data_offsets: [begin, end] }));
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  const dataStart = 8 + headerLength;
  const header = new Uint8Array(dataStart).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerLength), true);
  header.set(json, 8);
  const offsets = new Map([...begins].map(([name, begin]) => [name, dataStart + begin]));
  return { header, offsets, byteLength: dataStart + end };
}

function byteCount(dtype: DType, shape: readonly number[]): number {
  return elementCount(shape) * DTYPE_BYTES[dtype];
}

function jsonField(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
