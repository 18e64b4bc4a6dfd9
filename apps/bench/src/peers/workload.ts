import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@movt/kernels';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { encodeCheckpoint, encodeOnnx, initialWeights, presetConfig } from 'movt';
import type { ClipSizes, LoadRequest, RunRequest } from './protocol.ts';

/** A model with random weights and clips, as peers get them. */
export interface Workload {
  readonly load: LoadRequest;
  /** The clips of a batch: the same ones each time. */
  draw(sizes: ClipSizes): RunRequest;
}

const CLASSES = 27;
const SEED = 1;

/** Writes a preset's model into `folder` in the forms that peers read. */
export async function writeWorkload(preset: string, folder: string): Promise<Workload> {
  const config = presetConfig(preset, CLASSES);
  const checkpoint = {
    config,
    weights: initialWeights(config, SEED),
    task: 'classification',
    classes: null,
  } as const;
  const load = {
    model: preset,
    config,
    weights: join(folder, 'model.safetensors'),
    onnx: join(folder, 'model.onnx'),
  };
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  await writeSafetensors(load.weights, tensors, metadata);
  await writeFile(load.onnx, encodeOnnx(checkpoint));
  return {
    load,
    draw({ batch, frames, points }) {
      const tracks = createRandom(SEED).uniform(batch * frames * points * 3, -1, 1);
      for (let i = 2; i < tracks.length; i += 3) tracks[i] = Number(tracks[i] > 0.6); // hidden in a fifth of the frames
      return { batch, frames, points, tracks };
    },
  };
}
