// onnxruntime-web in WebAssembly, with as many threads as PEER_THREADS says.

import * as ort from 'onnxruntime-web';
import { firstRun, openSession, runSession } from './onnx-session.mjs';
import { servePeer } from './serve.mjs';
import { installedVersion } from './version.mjs';

const threads = Number(process.env.PEER_THREADS);
let session;

servePeer({
  async load({ onnx }) {
    ort.env.wasm.numThreads = threads;
    session = await openSession(ort, onnx, 'wasm');
    const adapter = `CPU, ${threads} thread${threads === 1 ? '' : 's'}`;
    return { version: installedVersion('onnxruntime-web'), adapter };
  },
  prepare: (request) => firstRun(ort, session, request),
  async run(request) {
    const started = performance.now();
    const output = await runSession(ort, session, request);
    return { output, ms: performance.now() - started, dispatches: null };
  },
});
