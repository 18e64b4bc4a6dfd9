import { badInput } from '../runtime/errors.ts';
import { DTYPE_BYTES, elementCount, type TensorEntry } from './dtype.ts';

/**
 * The bytes of a safetensors file. Wider element types come first and the header is padded with spaces to a multiple
 * of 8, so that every tensor starts at a multiple of its element size; equal widths keep the order of the map.
 * Throws bad_input where data and shape disagree.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorEntry>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = [...tensors].sort(([, a], [, b]) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype]);
  // Pairs, not an object: a plain object would move names that look like numbers to the front.
  const fields = Object.keys(metadata).length ? [jsonField('__metadata__', metadata)] : [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const expected = elementCount(shape) * DTYPE_BYTES[dtype];
    if (data.byteLength !== expected) {
      throw badInput({
        action: `writing tensor '${name}' [${shape}] ${dtype}`,
        given: `${data.byteLength} bytes`,
        needed: `${expected} bytes`,
      });
    }
    fields.push(jsonField(name, { dtype, shape, data_offsets: [end, end + data.byteLength] }));
    end += data.byteLength;
  }

  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(json, 8);
  let offset = 8 + headerLength;
  for (const [, { data }] of entries) {
    file.set(data, offset);
    offset += data.byteLength;
  }
  return file;
}

function jsonField(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
