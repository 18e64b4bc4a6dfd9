import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, limitExceeded } from '@movt/kernels';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { relativeL2 } from '@movt/kernels/testing';
import {
  type Checkpoint,
  encodeCheckpoint,
  encodeOnnx,
  encodeVideomaeOnnx,
  initialWeights,
  type ModelConfig,
  presetConfig,
  videomaePreset,
  videomaePresetNames,
} from 'movt';
import type { ClipSizes, LoadRequest, ModelFile, RunRequest } from './protocol.ts';

/** What is measured of each peer. */
export interface Comparison {
  /** Clips in a batch: one batch size after another. */
  readonly batch: readonly number[];
  readonly frames: number;
  /** Of tracks; a video has none. */
  readonly points: number;
  /** Timed runs of each peer at each batch size. */
  readonly rounds: number;
}

/** What peers are given to do, and how their answers are judged. */
export interface Workload<Load extends ModelFile = LoadRequest, Request extends RunRequest = RunRequest> {
  readonly load: Load;
  /** A clip in words. */
  readonly clip: string;
  /** Clips in the batch of the first answer of a fresh process. */
  readonly firstBatch: number;
  /** The clips of a batch: the same ones each time. */
  draw(sizes: ClipSizes): Request;
  /** How far an answer is from ours; NaN where it holds one. */
  difference(output: Float32Array, ours: Float32Array): number;
  /** The difference above which a peer is wrong. */
  readonly tolerance: number;
}

/** Of the models. */
export const CLASSES = 27;
const SEED = 1;

/** Numbers in a batch: 256 MiB, and each process holds several copies. */
const MAX_NUMBERS = 2 ** 26;

/**
 * The relative L2 distance from our answers above which a peer is wrong. Sums of the same single-precision numbers in another order differ
 * by 1e-6 or less, and a model that passed through half precision by 3e-4 or more: between them lies nothing that is right.
 */
const TOLERANCE = 1e-4;

/** Pixels along each side of VideoMAE's frames. */
const SIZE = 224;

/**
 * Writes a preset's model, MovT or VideoMAE, into `folder` in the forms that peers read, to predict with it.
 *
 * @throws MovtError bad_input for a name that is no preset, limit_exceeded for batches that no machine should be asked to hold
 */
export async function writeWorkload(preset: string, folder: string, comparison: Comparison): Promise<Workload> {
  const isVideomae = videomaePresetNames.some((name) => name === preset);
  const question = isVideomae ? askVideomae(preset, comparison) : askMovt(preset, comparison);
  const file = await writeModel(preset, folder, question.checkpoint);
  const onnx = join(folder, 'model.onnx');
  await writeFile(onnx, question.onnx());
  const { clip, draw } = question;
  return { load: { ...file, onnx }, clip, firstBatch: 1, draw, difference: relativeL2, tolerance: TOLERANCE };
}

function askMovt(preset: string, comparison: Comparison) {
  const checkpoint = untrained(presetConfig(preset, CLASSES));
  checkBatches(comparison, comparison.frames * comparison.points * 3);
  return {
    checkpoint,
    onnx: () => encodeOnnx(checkpoint),
    clip: describeTracks(comparison),
    draw: (sizes: ClipSizes) => ({ ...sizes, ...drawTracks(sizes) }),
  };
}

function askVideomae(preset: string, comparison: Comparison) {
  const { frames } = comparison;
  const checkpoint = untrained(videomaePreset(preset, { frames, outputs: CLASSES, size: SIZE }));
  checkBatches(comparison, frames * SIZE * SIZE * 3);
  return {
    checkpoint,
    onnx: () => encodeVideomaeOnnx(checkpoint),
    clip: `${frames} frames of ${SIZE}×${SIZE} pixels`,
    draw: (sizes: ClipSizes) => ({ ...sizes, ...drawVideos(sizes) }),
  };
}

/** Random weights, the same ones each time. */
export function untrained<Config extends ModelConfig>(config: Config): Checkpoint<Config> {
  return { config, weights: initialWeights(config, SEED), task: 'classification', classes: null };
}

export function describeTracks({ frames, points }: Pick<Comparison, 'frames' | 'points'>): string {
  return `${frames} frames × ${points} points: no masks, which most peers cannot take`;
}

/** @throws MovtError limit_exceeded for batches that no machine should be asked to hold */
export function checkBatches({ batch }: Comparison, numbersInClip: number): void {
  const numbers = Math.max(...batch) * numbersInClip;
  if (numbers <= MAX_NUMBERS) return;
  throw limitExceeded({
    action: 'comparing peers',
    given: `batches of ${numbers} numbers`,
    needed: `at most ${MAX_NUMBERS}`,
    fix: 'Use fewer clips, frames or points.',
  });
}

/** Writes a checkpoint into `folder`. */
export async function writeModel(
  model: string,
  folder: string,
  checkpoint: Checkpoint<ModelConfig>,
): Promise<ModelFile> {
  const weights = join(folder, 'model.safetensors');
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  await writeSafetensors(weights, tensors, metadata);
  return { model, config: checkpoint.config, weights };
}

/** Tracks [B,T,N,3] at random places, hidden in a fifth of the frames: the same ones for the same sizes. */
export function drawTracks({ batch, frames, points }: ClipSizes): Pick<RunRequest, 'clips' | 'shape'> {
  const clips = createRandom(SEED).uniform(batch * frames * points * 3, -1, 1);
  for (let i = 2; i < clips.length; i += 3) clips[i] = Number(clips[i] > 0.6);
  return { clips, shape: [batch, frames, points, 3] };
}

/** Videos [B,T,SIZE,SIZE,3] of noise, whole numbers of 0 … 255: the same ones for the same sizes. */
function drawVideos({ batch, frames }: ClipSizes): Pick<RunRequest, 'clips' | 'shape'> {
  const clips = createRandom(SEED).uniform(batch * frames * SIZE * SIZE * 3, 0, 256);
  return { clips: clips.map(Math.floor), shape: [batch, frames, SIZE, SIZE, 3] };
}
