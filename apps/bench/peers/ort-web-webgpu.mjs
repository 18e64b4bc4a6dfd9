// onnxruntime-web on WebGPU: its build for browsers, on Dawn. Node needs --liftoff-only: the optimising compiler of
// Node 20 would block the first run for most of a minute.

import * as ort from 'onnxruntime-web/webgpu';
import { adapterName, countDispatches } from './dawn.mjs';
import { firstRun, openSession, runSession } from './onnx-session.mjs';
import { servePeer } from './serve.mjs';
import { installedVersion } from './version.mjs';

let session;

servePeer({
  async load({ onnx }) {
    ort.env.wasm.numThreads = 1;
    session = await openSession(ort, onnx, 'webgpu');
    return { version: installedVersion('onnxruntime-web'), adapter: adapterName() };
  },
  prepare: (request) => firstRun(ort, session, request),
  async run(request) {
    const started = performance.now();
    const { result, dispatches } = await countDispatches(() => runSession(ort, session, request));
    return { output: result, ms: performance.now() - started, dispatches };
  },
});
