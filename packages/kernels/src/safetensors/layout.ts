/**
 * Elements that lie by strides, copied into row-major order.
 *
 * @param strides Elements between neighbours along each axis.
 * @param width Bytes of an element.
 */
export function gatherStrided(
  data: Uint8Array,
  shape: readonly number[],
  strides: readonly number[],
  width: number,
): Uint8Array {
  const ordered = new Uint8Array(shape.reduce((product, size) => product * size, width));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < ordered.length; to += width) {
    for (let byte = 0; byte < width; byte++) ordered[to + byte] = data[from + byte];
    // The next index, like an odometer.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] * width;
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * width * shape[axis];
      index[axis] = 0;
    }
  }
  return ordered;
}

/** A copy with the bytes of each element turned round: big-endian numbers made little-endian. */
export function swapBytes(data: Uint8Array, width: number): Uint8Array {
  const swapped = new Uint8Array(data);
  for (let at = 0; at < data.length; at += width) swapped.subarray(at, at + width).reverse();
  return swapped;
}
