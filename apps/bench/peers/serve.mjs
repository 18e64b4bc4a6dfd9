// The child's side of a peer: what it is asked, over Node's IPC, and what it answers.
//
//   { op: 'load', model, config, weights, onnx }        → { version, adapter }
//   { op: 'prepare', batch, frames, points, clips, shape }    → { compile_ms }
//   { op: 'run', batch, frames, points, clips, shape }        → { output, ms, dispatches }
//
// and where it trains
//
//   { op: 'load', model, config, weights, optimiser }               → { version, adapter }
//   { op: 'prepare', batch, frames, points, clips, shape, labels, steps } → { compile_ms }
//   { op: 'run', batch, frames, points, clips, shape, labels }          → { output, ms, dispatches }
//
// `weights` is the path of a checkpoint with PyTorch's names, `onnx` that of the same model as ONNX. `adapter` is the name of the
// adapter that the peer really runs on, `CPU, 2 threads`, or null where it cannot tell. `clips` are full ones, tracks
// [B,T,N,3] or videos [B,T,size,size,3], as `shape` says; `output` is [B,outputs]. `ms` goes from the upload to the last value read back; `dispatches` is null where nobody can count them.
// `prepare` is asked once before the first run of a batch, and is that run in most peers.
// Training: a run, and so `prepare`, begins at the checkpoint and takes `steps` steps on its batch, of which `ms` and `dispatches` are the
// last one's; `optimiser` is { learningRate, weightDecay, maxNorm } of AdamW. `labels` are whole numbers [B]; `output` is what stepOutput()
// of training.mjs makes, of which only the loss and the norm are in `ms`.
// Every answer is { ok: true, value } or { ok: false, error }.

import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Answers the parent until it goes away. */
export function servePeer({ load, prepare, run }) {
  const operations = {
    load: async (request) => ({ ...(await load(request)), drivers: loadedDrivers() }),
    prepare,
    run,
  };
  process.on('message', async ({ op, ...request }) => {
    try {
      process.send({ ok: true, value: await operations[op](request) });
    } catch (error) {
      process.send({ ok: false, error: String(error?.message ?? error) });
    }
  });
  process.on('disconnect', () => process.exit());
}

/**
 * The Vulkan drivers in this process's memory (Linux; elsewhere none are found): says where a peer runs that does not name its adapter.
 */
function loadedDrivers() {
  if (!existsSync('/proc/self/maps')) return [];
  const files = readFileSync('/proc/self/maps', 'utf8').match(/\/\S+$/gm) ?? [];
  return [...new Set(files.map((file) => basename(file)))].filter((name) =>
    /^lib(vulkan_|vk_|GLX_nvidia|amdvlk|nvidia-vulkan)/.test(name),
  );
}
