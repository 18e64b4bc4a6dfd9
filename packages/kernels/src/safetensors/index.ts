/**
 * Safetensors: an 8-byte little-endian header length, a JSON header, the tensors.
 * https://github.com/huggingface/safetensors
 */
export * from './dtype.ts';
export { encodeSafetensors, type TensorShape } from './encode.ts';
export { gatherStrided, swapBytes } from './layout.ts';
export { parseSafetensors, type Safetensors } from './parse.ts';
