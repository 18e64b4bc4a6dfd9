import { type Numbers, numbersOfBytes } from './binary-numbers.ts';
import { numbersOfJson } from './json-numbers.ts';
import { refuse } from './refuse.ts';
import { reading, type Tensor } from './tensor.ts';

function numbersOf(tensor: Tensor): Numbers {
  const { data } = tensor;
  return data instanceof Uint8Array ? numbersOfBytes({ ...tensor, data }) : numbersOfJson({ ...tensor, data });
}

/**
 * A tensor's values as float32, rounded to nearest. NaN and infinities of the floats stay what they are: whoever takes the values says
 * whether they may be.
 * @throws Refusal 400 where data, shape and datatype do not fit; 422 for a number that float32 does not reach
 */
export function float32Of(tensor: Tensor): Float32Array {
  const numbers = numbersOf(tensor);
  if (numbers instanceof Float32Array) return numbers;
  const values = Float32Array.from(numbers);
  if (!(numbers instanceof Float64Array)) return values;
  const beyond = values.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(numbers[i]));
  if (beyond < 0) return values;
  throw refuse(
    422,
    reading(tensor),
    `${numbers[beyond]} at element ${beyond}`,
    'a number within ±3.4e38, as float32 holds',
  );
}

/**
 * A tensor's values as bytes.
 * @throws Refusal 400 where data, shape and datatype do not fit; 422 for a number that is no byte
 */
export function uint8Of(tensor: Tensor): Uint8Array {
  const numbers = numbersOf(tensor);
  if (numbers instanceof Uint8Array) return numbers;
  const wrong = numbers.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value <= 255));
  if (wrong < 0) return Uint8Array.from(numbers);
  throw refuse(422, reading(tensor), `${numbers[wrong]} at element ${wrong}`, 'a whole number of 0 to 255');
}
