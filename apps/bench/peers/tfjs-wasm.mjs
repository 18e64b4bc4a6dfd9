import { createRequire } from 'node:module';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { servePeer } from './serve.mjs';
import { tfjsPeer } from './tfjs.mjs';

createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm');
await setBackend('wasm');

async function describe() {
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const threads = await env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
  return `CPU, wasm ${simd ? 'with' : 'without'} SIMD, ${threads ? 'with' : 'without'} threads`;
}
servePeer(tfjsPeer(describe, async (work) => ({ result: await work(), dispatches: null })));
