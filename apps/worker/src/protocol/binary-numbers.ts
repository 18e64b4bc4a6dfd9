import { toFloat32 } from '@movt/kernels/safetensors';
import { refuse } from './refuse.ts';
import { bytesOf, reading, type Tensor } from './tensor.ts';

export type Numbers =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * The values of a tensor in binary form. FP16 and BF16 are exact; of 64 bits, numbers beyond 2^53 are rounded to doubles; BOOL is 1 for
 * any byte but 0.
 * @throws Refusal 400 where there are more or fewer bytes than its shape takes, and for BYTES
 */
export function numbersOfBytes(tensor: Tensor & { readonly data: Uint8Array }): Numbers {
  const { datatype, data } = tensor;
  const needed = bytesOf(tensor);
  if (data.length !== needed) {
    throw refuse(400, reading(tensor), `${data.length} bytes`, `${needed}, for shape [${tensor.shape}] of ${datatype}`);
  }
  switch (datatype) {
    case 'UINT8':
      return data;
    case 'BOOL':
      return data.map((byte) => (byte ? 1 : 0));
    case 'INT8':
      return new Int8Array(copied(data));
    case 'UINT16':
      return new Uint16Array(copied(data));
    case 'INT16':
      return new Int16Array(copied(data));
    case 'UINT32':
      return new Uint32Array(copied(data));
    case 'INT32':
      return new Int32Array(copied(data));
    case 'UINT64':
      return Float64Array.from(new BigUint64Array(copied(data)), Number);
    case 'INT64':
      return Float64Array.from(new BigInt64Array(copied(data)), Number);
    case 'FP16':
      return toFloat32({ dtype: 'F16', shape: tensor.shape, data });
    case 'BF16':
      return toFloat32({ dtype: 'BF16', shape: tensor.shape, data });
    case 'FP32':
      return new Float32Array(copied(data));
    case 'FP64':
      return new Float64Array(copied(data));
    case 'BYTES':
      throw refuse(400, reading(tensor), 'datatype BYTES', 'numbers, such as FP32');
  }
}

/** At offset 0, where any typed array may be laid over it. */
const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
