/** dist/worker-deno.mjs: the worker on Deno, with its own WebGPU. */
import { assemble } from './serve/assemble.ts';
import { listenDeno } from './serve/listen-deno.ts';
import { main } from './serve/main.ts';

await main(listenDeno, assemble);
