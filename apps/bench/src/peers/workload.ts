import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, limitExceeded } from '@movt/kernels';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { relativeL2 } from '@movt/kernels/testing';
import { type Checkpoint, encodeCheckpoint, encodeOnnx, initialWeights, presetConfig } from 'movt';
import type { ClipSizes, LoadRequest, ModelFile, RunRequest } from './protocol.ts';

/** What is measured of each peer. */
export interface Comparison {
  /** Clips in a batch: one batch size after another. */
  readonly batch: readonly number[];
  readonly frames: number;
  readonly points: number;
  /** Timed runs of each peer at each batch size. */
  readonly rounds: number;
}

/** What peers are given to do, and how their answers are judged. */
export interface Workload<Load extends ModelFile = LoadRequest, Request extends RunRequest = RunRequest> {
  readonly load: Load;
  /** Clips in the batch of the first answer of a fresh process. */
  readonly firstBatch: number;
  /** The clips of a batch: the same ones each time. */
  draw(sizes: ClipSizes): Request;
  /** How far an answer is from ours; NaN where it holds one. */
  difference(output: Float32Array, ours: Float32Array): number;
  /** The difference above which a peer is wrong. */
  readonly tolerance: number;
}

const CLASSES = 27;
const SEED = 1;

/** Numbers in a batch of tracks: 256 MiB, and each process holds several copies. */
const MAX_NUMBERS = 2 ** 26;

/**
 * The relative L2 distance from our answers above which a peer is wrong. Sums of the same single-precision numbers in another order differ
 * by 1e-6 or less, and a model that passed through half precision by 3e-4 or more: between them lies nothing that is right.
 */
const TOLERANCE = 1e-4;

/**
 * Writes a preset's model into `folder` in the forms that peers read, to predict with it.
 *
 * @throws MovtError bad_input for a name that is no preset, limit_exceeded for batches that no machine should be asked to hold
 */
export async function writeWorkload(preset: string, folder: string, comparison: Comparison): Promise<Workload> {
  const { file, checkpoint } = await writeModel(preset, folder, comparison);
  const onnx = join(folder, 'model.onnx');
  await writeFile(onnx, encodeOnnx(checkpoint));
  return {
    load: { ...file, onnx },
    firstBatch: 1,
    draw: (sizes) => ({ ...sizes, tracks: drawTracks(sizes) }),
    difference: relativeL2,
    tolerance: TOLERANCE,
  };
}

/**
 * Writes a preset's checkpoint with random weights into `folder`, once it is known that the batches can be held.
 *
 * @throws MovtError as `writeWorkload` does
 */
export async function writeModel(
  preset: string,
  folder: string,
  { batch, frames, points }: Comparison,
): Promise<{ file: ModelFile; checkpoint: Checkpoint }> {
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
  const checkpoint = { config, weights: initialWeights(config, SEED), task: 'classification', classes: null } as const;
  const weights = join(folder, 'model.safetensors');
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  await writeSafetensors(weights, tensors, metadata);
  return { file: { model: preset, config, weights }, checkpoint };
}

/** Tracks [B,T,N,3] at random places, hidden in a fifth of the frames: the same ones for the same sizes. */
export function drawTracks({ batch, frames, points }: ClipSizes): Float32Array {
  const tracks = createRandom(SEED).uniform(batch * frames * points * 3, -1, 1);
  for (let i = 2; i < tracks.length; i += 3) tracks[i] = Number(tracks[i] > 0.6);
  return tracks;
}
