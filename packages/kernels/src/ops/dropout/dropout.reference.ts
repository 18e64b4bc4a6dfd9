import { philox, type Words } from '../../runtime/random.ts';
import type { Arrays } from '../../testing/check-kernel.ts';
import type { DropoutProblem } from './dropout.ts';

/** Dropout in float64, with the mask of the CPU's Philox. x [length], draw [2] → y [length] */
export function dropoutReference({ length, p, layer }: DropoutProblem, { x, draw }: Arrays): Arrays {
  const y = new Float64Array(length);
  let words: Words = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    if (i % 4 === 0) words = philox([i / 4, draw[1], 0, 0], [draw[0], layer]);
    y[i] = words[i % 4] < p * 2 ** 32 ? 0 : x[i] / (1 - p);
  }
  return { y };
}
