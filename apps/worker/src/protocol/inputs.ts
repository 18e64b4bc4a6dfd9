import type { InferRequestJson } from '../schemas/infer.ts';
import { quoted, refuse } from './refuse.ts';
import { reading, type Tensor } from './tensor.ts';

/**
 * The inputs of a request, those in binary form cut from the bytes that follow its JSON, in their order.
 * @throws Refusal 400 for a name given twice, for an input with both forms of data or none, and where the bytes are more or fewer than
 * the inputs say
 */
export function inputsOf(inputs: InferRequestJson['inputs'], binary: Uint8Array): Tensor[] {
  let at = 0;
  const tensors = inputs.map(({ name, datatype, shape, parameters, data }) => {
    const size = parameters?.binary_data_size;
    if ((size === undefined) === (data === undefined)) {
      const given = data === undefined ? 'neither' : 'both';
      throw refuse(400, reading({ name }), given, 'either data or parameters.binary_data_size');
    }
    if (size === undefined) return { name, datatype, shape, data: data! };
    if (size > binary.length - at) {
      throw refuse(
        400,
        reading({ name }),
        `binary_data_size ${size} with ${binary.length - at} bytes left`,
        'all of its bytes',
      );
    }
    at += size;
    return { name, datatype, shape, data: binary.subarray(at - size, at) };
  });
  if (at < binary.length) {
    throw refuse(400, 'reading the inputs', `${binary.length} bytes after the JSON`, `${at}, as binary_data_size says`);
  }
  const twice = tensors.find(({ name }, i) => tensors.findIndex((other) => other.name === name) < i);
  if (twice) throw refuse(400, 'reading the inputs', `${quoted(twice.name)} twice`, 'each input once');
  return tensors;
}
