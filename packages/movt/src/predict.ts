import type { DispatchInfo, GpuContext, Granularity, Plan, PlanProfile } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import { checkClips, splitBatches } from './batches.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { MovtConfig } from './config.ts';
import { uploadWeights } from './gpu-weights.ts';
import type { Weights } from './init.ts';
import { wholeVectors } from './pack-parameter.ts';
import { afterPadding, commonShape, padClips } from './pad-clips.ts';
import { planMovt, type Shape } from './plan.ts';
import { createPlanCache } from './plan-cache.ts';
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

/** What one call of `predict` cost, on whatever device. */
export interface RunCost {
  /** Milliseconds spent compiling or loading; 0 when everything was there. */
  readonly compileMs: number;
  /** Milliseconds from the first clip handed over to the last answer. */
  readonly runMs: number;
}

/** What one call of `predict` cost on a GPU. */
export interface PredictionCost extends RunCost {
  /** GPU dispatches, over all batches. */
  readonly dispatches: number;
  /** 2 a multiply-add, 1 any other operation; padding is counted, since it is computed. */
  readonly flops: number;
  readonly readBackBytes: number;
  /** GPU bytes of the plans that ran. */
  readonly planBytes: number;
}

export interface Prediction<Cost extends RunCost = PredictionCost> {
  /** One [outputs] a clip: logits, or the regressed values. */
  readonly outputs: Float32Array[];
  /** One a clip, when asked for. */
  readonly features?: ClipFeatures[];
  readonly cost: Cost;
}

/** Where the time of one batch went; its first stage, `pad`, lays the clips out as a batch. */
export interface BatchProfile extends Omit<PlanProfile, 'results'> {
  /** As in `Prediction`. */
  readonly outputs: Float32Array[];
  readonly shape: Shape;
  readonly dispatches: readonly DispatchInfo[];
  /** Milliseconds until its plan was there; about 0 when it was there before. */
  readonly compileMs: number;
}

/** A model, wherever it runs. Calls may be made together. */
export interface DevicePredictor {
  /** Answers for clips of any T ≥ 2 and N ≥ 1: each answer is the one that its clip gets alone. */
  predict(clips: readonly Tracks[], options?: { features?: boolean }): Promise<Prediction<RunCost>>;
  destroy(): Promise<void>;
}

/** A model on a GPU. */
export interface Predictor extends DevicePredictor {
  /** As on any device; clips of different T and N are padded together and masked. */
  predict(clips: readonly Tracks[], options?: { features?: boolean }): Promise<Prediction>;
  /** Predicts as `predict` does, timed stage by stage and pass by pass: one profile a batch. */
  profile(clips: readonly Tracks[], granularity: Granularity): Promise<BatchProfile[]>;
  /** Compiles plans ahead and runs each once: software compilers do their work only then. Resolves to milliseconds. */
  warmUp(shapes: readonly Shape[]): Promise<number>;
  /** Takes other weights of the same configuration; its plans stay. A call that is not over yet may answer with the old ones or the new. */
  setWeights(weights: Weights): void;
}

export interface PredictorOptions {
  /**
   * Store the weights as f16, where the adapter has shader-f16; sums stay f32. Outputs then differ from single precision's by a relative
   * L2 error of up to 2e-3.
   */
  readonly halfWeights?: boolean;
}

/** Bytes of plans kept for shapes that may come again. */
const PLAN_BUDGET = 512 * 2 ** 20;

/**
 * Loads a checkpoint's weights onto a context's device.
 *
 * @throws MovtError `device_lost` from any call once the device is gone; a new context and a new predictor go on.
 */
export function createPredictor(
  context: GpuContext,
  { config, weights }: Checkpoint,
  { halfWeights = false }: PredictorOptions = {},
): Predictor {
  const gpuWeights = uploadWeights(context, config, weights, halfWeights);
  const plans = createPlanCache(PLAN_BUDGET);

  /** Runs `work` on the plan of a shape, which is built when it is not there; tells how long getting it took. */
  const withPlan = <T>(shape: Shape, features: boolean, work: (plan: Plan, planMs: number) => Promise<T>) => {
    const started = performance.now();
    return plans.use(
      `${shape.batch}×${shape.frames}×${shape.points} ${features}`,
      () => planMovt(context, config, gpuWeights, shape, features),
      (plan) => work(plan, performance.now() - started),
    );
  };

  const runBatch = (clips: readonly Tracks[], shape: Shape, features: boolean) =>
    withPlan(shape, features, async (plan, planMs) => {
      const started = performance.now();
      const results = await plan.run({ ...padClips(clips, shape) });
      return { plan, results, planMs, runMs: performance.now() - started };
    });

  /** Batches whose largest tensors, padded, a binding can hold. */
  const batchesOf = (clips: readonly Tracks[]) => {
    const channels = Math.max(...config.motionHidden);
    const bytesOf = ({ batch, frames, points }: Shape) =>
      4 * Math.max(batch * points * frames * channels, layoutTokenState(config, batch * points).length);
    return splitBatches(clips, bytesOf, context.limits.maxStorageBufferBindingSize);
  };

  return {
    async predict(clips, { features = false } = {}) {
      checkClips(clips);
      const outputs: Float32Array[] = [];
      const known: ClipFeatures[] = [];
      const cost = { dispatches: 0, flops: 0, readBackBytes: 0, planBytes: 0, compileMs: 0, runMs: 0 };
      const ran = new Set<Plan>();
      for (const batch of batchesOf(clips)) {
        const shape = commonShape(batch);
        const { plan, results, planMs, runMs } = await runBatch(batch, shape, features);
        outputs.push(...outputsOf(results, batch.length, config));
        if (features) known.push(...batch.map((clip, b) => featuresOf(results, b, clip, shape, config)));
        ran.add(plan);
        cost.dispatches += plan.dispatches.length;
        cost.flops += plan.flops;
        cost.readBackBytes += plan.readBackBytes;
        cost.compileMs += planMs;
        cost.runMs += runMs;
      }
      for (const plan of ran) cost.planBytes += plan.byteLength;
      return features ? { outputs, features: known, cost } : { outputs, cost };
    },
    async profile(clips, granularity) {
      checkClips(clips);
      const profiles: BatchProfile[] = [];
      for (const batch of batchesOf(clips)) {
        const shape = commonShape(batch);
        const profile = await withPlan(shape, false, async (plan, compileMs) => {
          const started = performance.now();
          const inputs = { ...padClips(batch, shape) };
          const padMs = performance.now() - started;
          const { stages, results, ...rest } = await plan.profile(inputs, granularity);
          const outputs = outputsOf(results, batch.length, config);
          const { dispatches } = plan;
          return { ...rest, outputs, stages: afterPadding(stages, padMs), shape, dispatches, compileMs };
        });
        profiles.push(profile);
      }
      return profiles;
    },
    async warmUp(shapes) {
      const started = performance.now();
      for (const shape of shapes) {
        const still = { data: new Float32Array(shape.frames * shape.points * 3), T: shape.frames, N: shape.points };
        await runBatch(new Array(shape.batch).fill(still), shape, false);
      }
      return performance.now() - started;
    },
    setWeights: gpuWeights.write,
    async destroy() {
      await plans.destroy();
      context.destroyBuffer(gpuWeights.buffer);
    },
  };
}

/** Cuts each clip's share out of the batch's outputs, whose rows are padded. */
function outputsOf(
  { output }: Readonly<Record<string, Float32Array>>,
  batch: number,
  { outputs }: MovtConfig,
): Float32Array[] {
  const stride = wholeVectors(outputs);
  return Array.from({ length: batch }, (_, b) => output.slice(b * stride, b * stride + outputs));
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
