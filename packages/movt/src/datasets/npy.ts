import { badInput } from '@movt/kernels';
import {
  DTYPE_BYTES,
  type DType,
  elementCount,
  gatherStrided,
  swapBytes,
  type TensorEntry,
} from '@movt/kernels/safetensors';

/** Strings of a NumPy array, in row-major order. */
export interface StringArray {
  shape: readonly number[];
  strings: string[];
}

/** NumPy's kind and size of an element, and the name that it has in safetensors. */
const DTYPES = new Map<string, DType>([
  ['b1', 'BOOL'],
  ['i1', 'I8'],
  ['u1', 'U8'],
  ['i2', 'I16'],
  ['u2', 'U16'],
  ['i4', 'I32'],
  ['u4', 'U32'],
  ['i8', 'I64'],
  ['u8', 'U64'],
  ['f2', 'F16'],
  ['f4', 'F32'],
  ['f8', 'F64'],
]);
const MAX_HEADER_BYTES = 64 * 1024;
const NEEDED = `f2, f4, f8, an integer type or strings`;

/**
 * Reads one array in NumPy's own format, versions 1 to 3, C or Fortran order, either byte order.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @param source The array's name, for messages.
 * @returns Row-major and little-endian; strings where its elements are strings.
 * @throws MovtError bad_input for what is no such file, is cut off, or holds other things than numbers and strings
 */
export function parseNpy(bytes: Uint8Array, source: string): TensorEntry | StringArray {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  const { descr, isFortran, shape, begin } = parseHeader(bytes, refuse);
  const [, order, kind, digits] = /^([<>|=])([a-zA-Z])([1-9]\d{0,3})$/.exec(descr) ?? [];
  const isString = kind === 'U' || kind === 'S';
  const dtype = DTYPES.get(`${kind}${digits}`);
  if (!dtype && !isString) {
    throw refuse(descr === '|O' ? 'Python objects, which are never loaded' : `elements of type '${descr}'`, NEEDED);
  }
  // NumPy counts the characters of U, four bytes each.
  const width = dtype ? DTYPE_BYTES[dtype] : Number(digits) * (kind === 'U' ? 4 : 1);
  const byteLength = elementCount(shape) * width;
  if (bytes.length - begin !== byteLength) {
    throw refuse(`${bytes.length - begin} bytes of '${descr}' for shape [${shape}]`, `${byteLength}: a whole file`);
  }
  let data = bytes.subarray(begin);
  // In Fortran's order the first index runs fastest.
  if (isFortran)
    data = gatherStrided(
      data,
      shape,
      shape.map((_, axis) => elementCount(shape.slice(0, axis))),
      width,
    );
  if (order === '>') data = swapBytes(data, kind === 'U' ? 4 : width);
  if (dtype) return { dtype, shape, data };
  return { shape, strings: Array.from({ length: elementCount(shape) }, (_, i) => text(data, i * width, width, kind)) };
}

type Refuse = (given: string, needed: string) => Error;

interface Header {
  descr: string;
  isFortran: boolean;
  shape: number[];
  /** Where the elements begin, in bytes. */
  begin: number;
}

/** The magic string, the version, the length of the header and a Python dictionary of three keys. */
function parseHeader(bytes: Uint8Array, refuse: Refuse): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = '\x93NUMPY';
  if (bytes.length < 12 || [...magic].some((character, i) => bytes[i] !== character.charCodeAt(0))) {
    throw refuse('no NumPy array', 'a file that numpy.save wrote');
  }
  const version = bytes[6];
  if (version < 1 || version > 3) throw refuse(`version ${version} of the format`, 'version 1, 2 or 3');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = version === 1 ? 10 : 12;
  if (length > MAX_HEADER_BYTES || start + length > bytes.length) {
    throw refuse(
      `a header of ${length} bytes in ${bytes.length}`,
      `a whole file, its header at most ${MAX_HEADER_BYTES}`,
    );
  }
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([^']{1,16})'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || sizes === undefined) {
    throw refuse(`the header ${JSON.stringify(header.trim().slice(0, 120))}`, `one type of element: ${NEEDED}`);
  }
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter(Boolean)
    .map(Number);
  // Each factor too, so that a size of 0 hides no overflow.
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * Math.max(size, 1), 1)) || shape.length > 32) {
    throw refuse(`shape [${shape.slice(0, 8)}]`, 'fewer than 2^53 elements');
  }
  return { descr, isFortran: order === 'True', shape, begin: start + length };
}

/** One string: UTF-32 (U) or bytes (S), padded with zeros. */
function text(data: Uint8Array, begin: number, width: number, kind: string): string {
  const view = new DataView(data.buffer, data.byteOffset + begin, width);
  const codes =
    kind === 'S'
      ? Array.from(data.subarray(begin, begin + width))
      : Array.from({ length: width / 4 }, (_, i) => Math.min(view.getUint32(i * 4, true), 0x10ffff));
  return String.fromCodePoint(...codes).replace(/\0+$/, '');
}
