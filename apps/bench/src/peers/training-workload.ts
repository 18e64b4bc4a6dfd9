import { createRandom } from '@movt/kernels';
import { relativeL2 } from '@movt/kernels/testing';
import { type MovtConfig, presetConfig } from 'movt';
import type { Optimiser, TrainLoadRequest, TrainRequest } from './protocol.ts';
import {
  CLASSES,
  type Comparison,
  checkBatches,
  describeTracks,
  drawTracks,
  untrained,
  type Workload,
  writeModel,
} from './workload.ts';

/** What a step is of a trainer, beside the optimiser's numbers: without dropout, whose masks no two libraries draw alike. */
export const PLAIN_TRAINING = {
  task: 'classification',
  dropout: 0,
  labelSmoothing: 0,
  seed: 0,
  frozen: [],
  layerDecay: 1,
} as const;

/** That of the golden files, and of whoever trains a transformer by PyTorch's defaults with clipping. */
export const OPTIMISER: Optimiser = { learningRate: 1e-3, weightDecay: 0.01, maxNorm: 1 };

/** Of loss, norm and weights after one step, which changes movt-base's weights by 1e-2. */
const TOLERANCE = 1e-3;

const SEED = 2;

/**
 * Writes a preset's model into `folder`, to be trained with AdamW from there.
 *
 * @throws MovtError as `writeWorkload` does
 */
export async function writeTrainingWorkload(
  preset: string,
  folder: string,
  comparison: Comparison,
): Promise<Workload<TrainLoadRequest, TrainRequest>> {
  const checkpoint = untrained(presetConfig(preset, CLASSES));
  checkBatches(comparison, comparison.frames * comparison.points * 3);
  return {
    load: { ...(await writeModel(preset, folder, checkpoint)), optimiser: OPTIMISER },
    clip: describeTracks(comparison),
    firstBatch: comparison.batch[0],
    draw: (sizes) => ({
      ...sizes,
      ...drawTracks(sizes),
      labels: Int32Array.from(drawLabels(sizes.batch, checkpoint.config)),
      steps: 1,
    }),
    difference: stepDifference,
    tolerance: TOLERANCE,
  };
}

/** A class for each clip, at random: the same ones each time. */
export function drawLabels(batch: number, { outputs }: Pick<MovtConfig, 'outputs'>): number[] {
  const random = createRandom(SEED);
  return Array.from({ length: batch }, () => random.integer(0, outputs - 1));
}

/** The largest relative difference of a step's parts: of the loss, of the norm of the gradients, and of all weights together. */
export function stepDifference(output: Float32Array, ours: Float32Array): number {
  const parts = [
    [0, 1],
    [1, 2],
    [2, undefined],
  ].map(([begin, end]) => relativeL2(output.subarray(begin, end), ours.subarray(begin, end)));
  return Math.max(...parts);
}
