import { createRequire } from 'node:module';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { servePeer } from './serve.mjs';
import { tfjsPeer } from './tfjs.mjs';

createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm');
await setBackend('wasm');

/** tfjs starts no threads in Node: https://github.com/tensorflow/tfjs/issues/3830 */
async function describe() {
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return `CPU, wasm ${simd ? 'with' : 'without'} SIMD, 1 thread`;
}
servePeer(tfjsPeer(describe, async (work) => ({ result: await work(), dispatches: null })));
