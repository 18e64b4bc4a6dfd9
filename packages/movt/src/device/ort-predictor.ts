import { limitExceeded } from '@movt/kernels';
import { checkTracks, type Tracks } from '@movt/tracker/tracks';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-web';
import { checkClips, splitBatches } from '../batches.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { encodeOnnx } from '../onnx/export.ts';
import { commonShape } from '../pad-clips.ts';
import type { Shape } from '../plan.ts';
import type { ClipFeatures, DevicePredictor } from '../predict.ts';

/** ONNX Runtime, ready to load models on the processor. */
export interface OrtRuntime {
  /** For people: `onnxruntime-web 1.30.0, 2 threads`. */
  readonly name: string;
  readonly Tensor: TensorConstructor;
  load(model: Uint8Array): Promise<InferenceSession>;
}

/** Bytes of the largest tensor of a batch at most: a few are alive at once, and WebAssembly addresses 4 GiB. */
const MAX_TENSOR_BYTES = 128 * 2 ** 20;

/** Loads a checkpoint, as the ONNX that `encodeOnnx` writes, into ONNX Runtime. The first `predict` is told what loading took. */
export async function createOrtPredictor(runtime: OrtRuntime, checkpoint: Checkpoint): Promise<DevicePredictor> {
  const { config } = checkpoint;
  const { dim, width, outputs: outputCount, heads, motionHidden } = config;
  const started = performance.now();
  const session = await runtime.load(encodeOnnx(checkpoint, { features: true }));
  let loadMs = performance.now() - started;

  const model = {
    check: checkTracks,
    shapeOf: commonShape,
    /** Of the motion layers, or of attention's scores. */
    largestTensor: ({ batch, frames, points }: Shape) =>
      batch * points * Math.max(frames * Math.max(...motionHidden), heads * points),
  };

  const runBatch = async (clips: readonly Tracks[], names: readonly string[]) => {
    const { batch, frames, points } = commonShape(clips);
    const tracks = new Float32Array(batch * frames * points * 3);
    for (const [b, { data }] of clips.entries()) tracks.set(data, b * data.length);
    try {
      const input = new runtime.Tensor('float32', tracks, [batch, frames, points, 3]);
      const results = await session.run({ tracks: input }, names);
      return (name: string) => results[name].data as Float32Array;
    } catch (cause) {
      // The inputs have been checked, so what is left is their size. The runtime's own words come after its source file's name.
      const words = (cause as Error).message.replace(/.*\[ONNXRuntimeError\] : (\d+ : \w+ : )?/s, '').trim();
      throw limitExceeded({
        action: `predicting with ${runtime.name}`,
        given: `${batch} clip(s) of ${frames} frames and ${points} points, to which it says: ${words}`,
        needed: 'clips that fit its memory',
        fix: 'Use fewer frames or points, or --device gpu.',
      });
    }
  };

  return {
    async predict(clips, { features = false } = {}) {
      checkClips(clips, model);
      const compileMs = loadMs;
      loadMs = 0;
      const began = performance.now();
      const outputs = new Array<Float32Array>(clips.length);
      const known = new Array<ClipFeatures>(clips.length);
      for (const places of placesByShape(clips)) {
        const group = places.map((place) => clips[place]);
        for (const batch of splitBatches(group, model, MAX_TENSOR_BYTES)) {
          const { points } = commonShape(batch);
          const result = await runBatch(batch, features ? ['logits', 'motion', 'position', 'features'] : ['logits']);
          for (const [b, place] of places.splice(0, batch.length).entries()) {
            const share = (name: string, length: number) => result(name).slice(b * length, (b + 1) * length);
            outputs[place] = share('logits', outputCount);
            if (!features) continue;
            known[place] = {
              motion: share('motion', points * dim),
              position: share('position', points * dim),
              features: share('features', width),
            };
          }
        }
      }
      const cost = { compileMs, runMs: performance.now() - began };
      return features ? { outputs, features: known, cost } : { outputs, cost };
    },
    async destroy() {
      await session.release();
    },
  };
}

/** The places of clips that have the same T and N: the graph has no mask, so only these go together. */
function placesByShape(clips: readonly Tracks[]): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  for (const [place, { T, N }] of clips.entries()) {
    const shape = `${T}×${N}`;
    const group = groups.get(shape);
    if (group) group.push(place);
    else groups.set(shape, [place]);
  }
  return groups.values();
}
