// onnxruntime-node, on the execution provider that PEER_PROVIDER names: cpu, with the threads it chooses itself, or webgpu.

import { existsSync, readdirSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { firstRun, openSession, runSession } from './onnx-session.mjs';
import { servePeer } from './serve.mjs';
import { installedVersion } from './version.mjs';

const provider = process.env.PEER_PROVIDER;
let session;

servePeer({
  async load({ onnx }) {
    const before = countThreads();
    session = await openSession(ort, onnx, provider);
    // Its pool has one thread fewer than take part: the caller's own is the other.
    const threads = countThreads() - before + 1;
    const adapter = provider === 'cpu' ? `CPU, ${threads} thread${threads === 1 ? '' : 's'}` : null;
    return { version: installedVersion('onnxruntime-node'), adapter };
  },
  prepare: (request) => firstRun(ort, session, request),
  async run(request) {
    const started = performance.now();
    const output = await runSession(ort, session, request);
    return { output, ms: performance.now() - started, dispatches: null };
  },
});

function countThreads() {
  return existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0;
}
