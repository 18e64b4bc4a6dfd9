import type { GpuContext } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { Checkpoint } from './checkpoint.ts';
import type { MovtConfig } from './config.ts';
import { uploadWeights } from './gpu-weights.ts';
import { movtModel } from './movt-model.ts';
import { wholeVectors } from './pack-parameter.ts';
import { planMovt, type Shape } from './plan.ts';
import { createPlanPredictor, type PlanPrediction, type PlanPredictor, type RunCost } from './plan-predictor.ts';
import { layoutTokenState } from './token-steps.ts';

/** What MovT knows of one clip beside its answer. */
export interface ClipFeatures {
  /** E_M [N,dim] */
  readonly motion: Float32Array;
  /** E_P [N,dim] */
  readonly position: Float32Array;
  /** E_F [width] */
  readonly features: Float32Array;
}

export type Prediction<Cost extends RunCost = RunCost> = PlanPrediction<ClipFeatures, Cost>;

/** A MovT, wherever it runs. Calls may be made together. */
export interface DevicePredictor {
  /** Answers for clips of any T ≥ 2 and N ≥ 1: each answer is the one that its clip gets alone. */
  predict(clips: readonly Tracks[], options?: { features?: boolean }): Promise<Prediction<RunCost>>;
  destroy(): Promise<void>;
}

/** A MovT on a GPU. */
export interface Predictor extends PlanPredictor<Tracks, ClipFeatures> {
  /** Compiles plans ahead and runs each once: software compilers do their work only then. Resolves to milliseconds. */
  warmUp(shapes: readonly Shape[]): Promise<number>;
}

export interface PredictorOptions {
  /**
   * Store the weights as f16, where the adapter has shader-f16; sums stay f32. Outputs then differ from single precision's by a relative
   * L2 error of up to 2e-3.
   */
  readonly halfWeights?: boolean;
}

/** Loads a MovT's weights onto a context's device, to run as the fused plan of `planMovt`. */
export function createPredictor(
  context: GpuContext,
  { config, weights }: Pick<Checkpoint, 'config' | 'weights'>,
  { halfWeights = false }: PredictorOptions = {},
): Predictor {
  const gpuWeights = uploadWeights(context, config, weights, halfWeights);
  const channels = Math.max(...config.motionHidden);
  const predictor = createPlanPredictor<Tracks, ClipFeatures>(context, {
    model: movtModel(config),
    largestTensor: ({ batch, frames, points }) =>
      Math.max(batch * points * frames * channels, layoutTokenState(config, batch * points).length),
    plan: (shape, features) => planMovt(context, config, gpuWeights, shape, features),
    stride: wholeVectors(config.outputs),
    featuresOf: (results, b, clip, shape) => featuresOf(results, b, clip, shape, config),
    setWeights: gpuWeights.write,
    destroy: () => context.destroyBuffer(gpuWeights.buffer),
  });
  return {
    ...predictor,
    async warmUp(shapes) {
      const started = performance.now();
      for (const { batch, frames, points } of shapes) {
        const still = { data: new Float32Array(frames * points * 3), T: frames, N: points };
        await predictor.predict(new Array(batch).fill(still));
      }
      return performance.now() - started;
    },
  };
}

/** Cuts one clip's share out of the batch's features: `joined` holds E_M and E_P of each point side by side. */
function featuresOf(
  results: Readonly<Record<string, Float32Array>>,
  b: number,
  { N }: Tracks,
  { points }: Shape,
  { dim, width }: MovtConfig,
): ClipFeatures {
  const motion = new Float32Array(N * dim);
  const position = new Float32Array(N * dim);
  for (let n = 0; n < N; n++) {
    const row = (b * points + n) * 2 * dim;
    motion.set(results.joined.subarray(row, row + dim), n * dim);
    position.set(results.joined.subarray(row + dim, row + 2 * dim), n * dim);
  }
  return { motion, position, features: results.features.slice(b * width, (b + 1) * width) };
}
