/** dist/worker.mjs: the worker on Node, with Dawn. bin/worker.mjs has chosen the Vulkan driver before it starts this. */
import { assemble } from './serve/assemble.ts';
import { listenNode } from './serve/listen-node.ts';
import { main } from './serve/main.ts';

await main(listenNode, assemble);
