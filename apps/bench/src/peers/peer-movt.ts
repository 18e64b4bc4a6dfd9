/** dist/peer-movt.mjs: movt itself as a peer; apps/bench/peers/movt.mjs serves it. */
import { readSafetensors } from '@movt/kernels/safetensors/file';
import { createPredictor, decodeCheckpoint, type Predictor, type Tracks } from 'movt';
import manifest from '../../package.json' with { type: 'json' };
import { openContext } from '../open-context.ts';
import type { PeerOperations, RunRequest } from './protocol.ts';

let predictor: Predictor;

export const { load, prepare, run }: PeerOperations = {
  async load({ weights }) {
    const context = await openContext();
    predictor = createPredictor(context, decodeCheckpoint(await readSafetensors(weights), weights));
    return { version: manifest.version, adapter: context.adapter.name };
  },
  async prepare(sizes) {
    return { compile_ms: await predictor.warmUp([sizes]) };
  },
  async run(request) {
    const started = performance.now();
    const { outputs, cost } = await predictor.predict(clipsOf(request));
    const ms = performance.now() - started;
    const output = new Float32Array(outputs.length * outputs[0].length);
    for (const [b, values] of outputs.entries()) output.set(values, b * values.length);
    return { output, ms, dispatches: cost.dispatches };
  },
};

/** Views of a batch's clips. */
function clipsOf({ batch, frames, points, tracks }: RunRequest): Tracks[] {
  const length = frames * points * 3;
  return Array.from({ length: batch }, (_, b) => ({
    data: tracks.subarray(b * length, (b + 1) * length),
    T: frames,
    N: points,
  }));
}
