import type { DispatchInfo, GpuContext, Granularity, Plan, PlanProfile } from '@movt/kernels';
import { checkClips, largestBatch, splitBatches } from './batches.ts';
import type { Weights } from './init.ts';
import type { Model } from './model.ts';
import { afterPadding } from './pad-clips.ts';
import type { Shape } from './plan.ts';
import { createPlanCache } from './plan-cache.ts';

/** What one call of `predict` cost, on whatever device. */
export interface RunCost {
  /** Milliseconds spent compiling or loading; 0 when everything was there. */
  readonly compileMs: number;
  /** Milliseconds from the first clip handed over to the last answer. */
  readonly runMs: number;
}

/** What one call of `predict` cost on a GPU. */
export interface PredictionCost extends RunCost {
  /** Milliseconds of `runMs` in which clips were laid out as batches. */
  readonly packMs: number;
  /** GPU dispatches, over all batches. */
  readonly dispatches: number;
  /** 2 a multiply-add, 1 any other operation; padding is counted, since it is computed. */
  readonly flops: number;
  readonly readBackBytes: number;
  /** GPU bytes of the plans that ran. */
  readonly planBytes: number;
}

/** The answers to one call, and what they cost. */
export interface PlanPrediction<Features, Cost extends RunCost = PredictionCost> {
  /** One [outputs] a clip: logits, or the regressed values. */
  readonly outputs: Float32Array[];
  /** One a clip, when asked for. */
  readonly features?: Features[];
  readonly cost: Cost;
}

/** Where the time of one batch went; its first stage, `pad`, lays the clips out as a batch. */
export interface BatchProfile extends Omit<PlanProfile, 'results'> {
  /** As in `PlanPrediction`. */
  readonly outputs: Float32Array[];
  readonly shape: Shape;
  readonly dispatches: readonly DispatchInfo[];
  /** Milliseconds until its plan was there; about 0 when it was there before. */
  readonly compileMs: number;
}

/** How `predict` answers. */
export interface PredictOptions {
  /** What the model knows of each clip too. */
  readonly features?: boolean;
  /** Frames and points that every batch is padded to, where its clips have fewer: clips of many shapes then share few plans. */
  readonly room?: Omit<Shape, 'batch'>;
}

/** A model on a GPU. Calls may be made together. */
export interface PlanPredictor<Clip, Features> {
  /** Answers for clips of different shapes, which are padded together and masked: each answer is the one that its clip gets alone. */
  predict(clips: readonly Clip[], options?: PredictOptions): Promise<PlanPrediction<Features>>;
  /** Clips of these sizes that run as one batch; 0 where the device cannot bind what one needs. */
  largestBatch(sizes: Omit<Shape, 'batch'>): number;
  /** Predicts as `predict` does, timed stage by stage and pass by pass: one profile a batch. */
  profile(clips: readonly Clip[], granularity: Granularity): Promise<BatchProfile[]>;
  /** Takes other weights of the same configuration; its plans stay. A call that is not over yet may answer with the old ones or the new. */
  setWeights(weights: Weights): void;
  /** @throws MovtError `device_lost` from any call once the device is gone; a new context and a new predictor go on. */
  destroy(): Promise<void>;
}

/** How the plans of a predictor come about, and what is read from their results. */
export interface PlanSource<Clip, Features> {
  readonly model: Model<Clip>;
  /** Elements of the largest tensor of a plan. */
  largestTensor(shape: Shape): number;
  /** A plan with the inputs of `model.pack` and the output `output`, [batch, stride]; with `features` also those that `featuresOf` reads. */
  plan(shape: Shape, features: boolean): Promise<Plan>;
  /** Elements from the outputs of one clip to those of the next. */
  readonly stride: number;
  /** One clip's share of the batch's features. */
  featuresOf(results: Readonly<Record<string, Float32Array>>, b: number, clip: Clip, shape: Shape): Features;
  setWeights(weights: Weights): void;
  destroy(): void;
}

/** Bytes of plans kept for shapes that may come again. */
const PLAN_BUDGET = 512 * 2 ** 20;

/** Predicts with the plans of a source, which it destroys in the end. */
export function createPlanPredictor<Clip, Features>(
  context: GpuContext,
  source: PlanSource<Clip, Features>,
): PlanPredictor<Clip, Features> {
  const { model, stride } = source;
  const plans = createPlanCache(PLAN_BUDGET);

  /** Runs `work` on the plan of a shape, which is built when it is not there; tells how long getting it took. */
  const withPlan = <T>(shape: Shape, features: boolean, work: (plan: Plan, planMs: number) => Promise<T>) => {
    const started = performance.now();
    return plans.use(
      `${shape.batch}×${shape.frames}×${shape.points} ${features}`,
      () => source.plan(shape, features),
      (plan) => work(plan, performance.now() - started),
    );
  };

  const maxBytes = context.limits.maxStorageBufferBindingSize;

  const batchesOf = (clips: readonly Clip[], shapeOf = model.shapeOf) =>
    splitBatches(clips, { shapeOf, largestTensor: source.largestTensor }, maxBytes);

  const withRoom = (room: PredictOptions['room']) => (clips: readonly Clip[]) => {
    const { batch, frames, points } = model.shapeOf(clips);
    return { batch, frames: Math.max(frames, room?.frames ?? 0), points: Math.max(points, room?.points ?? 0) };
  };

  const outputsOf = ({ output }: Readonly<Record<string, Float32Array>>, batch: number) =>
    Array.from({ length: batch }, (_, b) => output.slice(b * stride, b * stride + model.outputs));

  return {
    async predict(clips, { features = false, room } = {}) {
      checkClips(clips, model);
      const shapeOf = withRoom(room);
      const outputs: Float32Array[] = [];
      const known: Features[] = [];
      const cost = { dispatches: 0, flops: 0, readBackBytes: 0, planBytes: 0, compileMs: 0, packMs: 0, runMs: 0 };
      const ran = new Set<Plan>();
      for (const batch of batchesOf(clips, shapeOf)) {
        const shape = shapeOf(batch);
        await withPlan(shape, features, async (plan, planMs) => {
          const started = performance.now();
          const inputs = await model.pack(batch, shape);
          cost.packMs += performance.now() - started;
          const results = await plan.run(inputs);
          outputs.push(...outputsOf(results, batch.length));
          if (features) known.push(...batch.map((clip, b) => source.featuresOf(results, b, clip, shape)));
          ran.add(plan);
          cost.dispatches += plan.dispatches.length;
          cost.flops += plan.flops;
          cost.readBackBytes += plan.readBackBytes;
          cost.compileMs += planMs;
          cost.runMs += performance.now() - started;
        });
      }
      for (const plan of ran) cost.planBytes += plan.byteLength;
      return features ? { outputs, features: known, cost } : { outputs, cost };
    },
    async profile(clips, granularity) {
      checkClips(clips, model);
      const profiles: BatchProfile[] = [];
      for (const batch of batchesOf(clips)) {
        const shape = model.shapeOf(batch);
        const profile = await withPlan(shape, false, async (plan, compileMs) => {
          const started = performance.now();
          const inputs = await model.pack(batch, shape);
          const padMs = performance.now() - started;
          const { stages, results, ...rest } = await plan.profile(inputs, granularity);
          const outputs = outputsOf(results, batch.length);
          const { dispatches } = plan;
          return { ...rest, outputs, stages: afterPadding(stages, padMs), shape, dispatches, compileMs };
        });
        profiles.push(profile);
      }
      return profiles;
    },
    largestBatch: (sizes) => largestBatch(sizes, source.largestTensor, maxBytes),
    setWeights: source.setWeights,
    async destroy() {
      await plans.destroy();
      source.destroy();
    },
  };
}
