import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, limitExceeded } from '@movt/kernels';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { encodeCheckpoint, encodeOnnx, initialWeights, presetConfig } from 'movt';
import type { ClipSizes, LoadRequest, RunRequest } from './protocol.ts';

/** What is measured of each peer. */
export interface Comparison {
  /** Clips in a batch: one batch size after another. */
  readonly batch: readonly number[];
  readonly frames: number;
  readonly points: number;
  /** Timed runs of each peer at each batch size. */
  readonly rounds: number;
}

/** A model with random weights and clips, as peers get them. */
export interface Workload {
  readonly load: LoadRequest;
  /** The clips of a batch: the same ones each time. */
  draw(sizes: ClipSizes): RunRequest;
}

const CLASSES = 27;
const SEED = 1;

/** Numbers in a batch of tracks: 256 MiB, and each process holds several copies. */
const MAX_NUMBERS = 2 ** 26;

/**
 * Writes a preset's model into `folder` in the forms that peers read.
 *
 * @throws MovtError bad_input for a name that is no preset, limit_exceeded for batches that no machine should be asked to hold
 */
export async function writeWorkload(
  preset: string,
  folder: string,
  { batch, frames, points }: Comparison,
): Promise<Workload> {
  const config = presetConfig(preset, CLASSES);
  const numbers = Math.max(...batch) * frames * points * 3;
  if (numbers > MAX_NUMBERS) {
    throw limitExceeded({
      action: 'comparing peers',
      given: `batches of ${numbers} numbers`,
      needed: `at most ${MAX_NUMBERS}`,
      fix: 'Use fewer clips, frames or points.',
    });
  }
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
