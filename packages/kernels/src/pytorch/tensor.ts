import { DTYPE_BYTES } from '../safetensors/dtype.ts';
import type { StoredTensor } from './objects.ts';

/** PyTorch's own bound. */
const MAX_AXES = 64;

/** What is wrong with a tensor of some other's file: what was found and what was needed. Null where all of it lies in its storage. */
export function tensorFault(tensor: StoredTensor, storageBytes: number): { given: string; needed: string } | null {
  const { shape, strides, offset, count, dtype } = tensor;
  const given = `[${shape.slice(0, 8)}] with strides [${strides.slice(0, 8)}] from element ${offset}`;
  // Axis by axis, so that a size of 0 hides no overflow.
  const elements = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (shape.length > MAX_AXES || !Number.isSafeInteger(8 * elements) || !Number.isSafeInteger(8 * count)) {
    return { given, needed: `at most ${MAX_AXES} axes and less than 2^53 bytes` };
  }
  if (count * DTYPE_BYTES[dtype] > storageBytes) {
    const needed = `${count * DTYPE_BYTES[dtype]} bytes of ${dtype}`;
    return { given: `[${shape.slice(0, 8)}] in a storage of ${storageBytes} bytes`, needed };
  }
  if (shape.includes(0)) return null;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], offset);
  if (!(last < count)) return { given, needed: `all of it in a storage of ${count} elements` };
  // A stride of 0 repeats elements: a few bytes could ask for any amount of memory.
  if (elements > count) return { given, needed: `at most the ${count} elements of its storage (tensor.contiguous())` };
  return null;
}

/** Whether a tensor's elements follow each other; axes of one element may have any stride. */
export function isContiguous({ shape, strides }: StoredTensor): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}
