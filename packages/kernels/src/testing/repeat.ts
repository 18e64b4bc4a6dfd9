/** `block` over and over, `length` numbers in all: a long input whose numbers need not all be drawn. */
export function repeat(block: Float32Array, length: number): Float32Array {
  const repeated = new Float32Array(length);
  for (let i = 0; i < length; i++) repeated[i] = block[i % block.length];
  return repeated;
}
