import { WHOLE_RANGE } from './datatypes.ts';
import { quoted, refuse, shapeText } from './refuse.ts';
import { countOf, reading, type Tensor } from './tensor.ts';

type JsonTensor = Tensor & { readonly data: readonly unknown[] };

/**
 * The values of a tensor in JSON, flat or nested as its shape says, row-major. Infinity stands for a number that is beyond a double.
 * @throws Refusal 400 where the list does not fit the shape or a value the datatype; 16-bit floats have no JSON form
 */
export function numbersOfJson(tensor: JsonTensor): Float64Array {
  const { datatype } = tensor;
  if (datatype === 'BYTES' || datatype === 'FP16' || datatype === 'BF16') {
    const needed =
      datatype === 'BYTES' ? 'numbers, such as FP32' : 'FP32 or FP64; 16-bit floats go as binary data only';
    throw refuse(400, reading(tensor), `datatype ${datatype} in JSON`, needed);
  }
  const rows = rowsOf(tensor);
  const values = new Float64Array(countOf(tensor));
  const read = readerOf(tensor);
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      values[at] = read(value, at);
      at++;
    }
  }
  return values;
}

/** The lists whose elements are values, together as many as the shape has. */
function rowsOf(tensor: JsonTensor): (readonly unknown[])[] {
  const { data, shape } = tensor;
  if (data.some(Array.isArray)) {
    const found: (readonly unknown[])[] = [];
    collectRows(tensor, data, 0, found);
    return found;
  }
  const count = countOf(tensor);
  if (data.length === count) return [data];
  throw refuse(400, reading(tensor), `${data.length} values`, `${count}, for shape ${shapeText(shape)}`);
}

/** The innermost lists; every list is held against the shape before its values are looked at. */
function collectRows(tensor: JsonTensor, list: unknown, depth: number, found: (readonly unknown[])[]): void {
  const { shape } = tensor;
  if (!Array.isArray(list) || list.length !== shape[depth]) {
    const given = Array.isArray(list) ? `a list of ${list.length}` : 'no list';
    const needed =
      depth < shape.length
        ? `a list of ${shape[depth]}, for shape ${shapeText(shape)}`
        : `${shape.length} levels of lists`;
    throw refuse(
      400,
      reading(tensor),
      `${given} at depth ${depth}`,
      needed,
      'Lists nest as the shape says, or there is one flat list.',
    );
  }
  if (depth === shape.length - 1) found.push(list);
  else for (const inner of list) collectRows(tensor, inner, depth + 1, found);
}

/** Checks a value and makes a number of it. */
function readerOf(tensor: JsonTensor): (value: unknown, index: number) => number {
  const { datatype } = tensor;
  const range = WHOLE_RANGE[datatype];
  const wrong = (value: unknown, index: number, needed: string) => {
    const given = Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? quoted(value)
        : String(JSON.stringify(value));
    return refuse(400, reading(tensor), `${given.slice(0, 64)} at element ${index}`, needed);
  };
  if (datatype === 'BOOL') {
    return (value, index) => {
      if (value === true || value === 1) return 1;
      if (value === false || value === 0) return 0;
      throw wrong(value, index, 'true or false');
    };
  }
  if (range) {
    const [lowest, highest] = range;
    return (value, index) => {
      if (Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest)
        return value as number;
      throw wrong(value, index, `a whole number of ${lowest} to ${highest}`);
    };
  }
  return (value, index) => {
    if (typeof value === 'number') return value;
    throw wrong(value, index, 'a number');
  };
}
