import { badInput, type GpuContext, limitExceeded } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import { type Checkpoint, type ModelConfig, modelOf, predictorOf } from 'movt';
import type { Clip, ModelDescription } from '../service.ts';
import type { Item } from './backlog.ts';
import { bucketOf, roomFor, type Sizes } from './buckets.ts';
import { createImportance } from './importance.ts';
import { kindOf } from './kinds.ts';
import type { Execution } from './statistics.ts';

/** What a model is asked of one clip: its answer, or how much each track matters for an output. */
export type Work =
  | { readonly ask: 'outputs' | 'features'; readonly clip: Clip }
  | { readonly ask: 'importance'; readonly clip: Tracks; readonly output: number };

/** The answer to one work. */
export interface Answer {
  /** Logits, values or importances. */
  readonly output: Float32Array;
  readonly features: Float32Array | null;
  readonly execution: Execution;
}

/** The bounds that clips are checked against. */
export interface ClipLimits {
  readonly frames: number;
  readonly points: number;
}

/** A model on a device. */
export interface LoadedModel {
  readonly description: ModelDescription;
  /**
   * A clip as the scheduler takes it.
   * @param what names the clip in messages
   * @throws MovtError bad_input or limit_exceeded for one that the model or the device cannot take
   */
  item(work: Work, what: string): Item<Work>;
  /** Works of one bucket, as one batch. */
  execute(works: readonly Work[]): Promise<Answer[]>;
  /** Compiles and runs what clips of usual sizes need. */
  warmUp(): Promise<void>;
  /** Loads and compiles what importance needs; at once where that is done. Throws bad_input for a model that has none. */
  prepareImportance(): Promise<void>;
  destroy(): Promise<void>;
}

/** Frames × points of a batch at the most, but for a single clip: more fill no device better, and only take memory. */
const BATCH_PLACES = 2 ** 19;
/** The same where gradients are kept: every tensor of the pass stays until its end. */
const GRADIENT_PLACES = 2 ** 15;
/** A full batch is part of warming up where it takes no longer, by the time of one clip. */
const WARM_UP_MS = 2000;

/**
 * Loads a checkpoint onto a device; nothing is compiled yet.
 * @throws MovtError bad_input for a model of another kind, limit_exceeded for one that the device cannot hold
 */
export function loadModel(
  context: GpuContext,
  checkpoint: Checkpoint<ModelConfig>,
  limits: ClipLimits,
  maxBatch: number,
): LoadedModel {
  const { config, weights } = checkpoint;
  const kind = kindOf(checkpoint);
  const model = modelOf(config);
  const predictor = predictorOf<Clip>(context, model, weights);
  const capacities = new Map<string, number>();
  const importance = createImportance(context, checkpoint, () => kind.blank(kind.usual) as Tracks);

  /** Clips of a bucket that run together. */
  function capacityOf(sizes: Sizes, places: number): number {
    const key = `${sizes.frames}×${sizes.points} ${places}`;
    const known = capacities.get(key);
    if (known !== undefined) return known;
    const fitting = Math.floor(places / (sizes.frames * sizes.points));
    const capacity = Math.max(1, Math.min(maxBatch, fitting, predictor.largestBatch(sizes)));
    capacities.set(key, capacity);
    return capacity;
  }

  function check(clip: Clip, what: string): Sizes {
    const sizes = kind.sizesOf(clip);
    if (kind.description.takes === 'tracks') {
      for (const name of ['frames', 'points'] as const) {
        if (sizes[name] <= limits[name]) continue;
        throw limitExceeded({
          action: `checking ${what}`,
          given: `${sizes[name]} ${name}`,
          needed: `at most ${limits[name]}`,
        });
      }
    }
    model.check(clip, what);
    if (predictor.largestBatch(sizes) > 0) return sizes;
    const given = `${sizes.frames} frames of ${sizes.points} points`;
    throw limitExceeded({ action: `checking ${what}`, given, needed: `a clip that fits into ${context.adapter.name}` });
  }

  async function answer(clips: readonly Clip[], features: boolean): Promise<Answer[]> {
    const began = performance.now();
    const room = roomFor(clips.map(kind.sizesOf));
    const prediction = await predictor.predict(clips, { features, room });
    // What was read back from a device that is gone would be no answer.
    context.assertAlive('answering');
    const { packMs, compileMs, runMs } = prediction.cost;
    const inferMs = compileMs + runMs - packMs;
    const outputMs = Math.max(0, performance.now() - began - packMs - inferMs);
    const execution = { batch: clips.length, inputMs: packMs, inferMs, outputMs };
    return prediction.outputs.map((output, i) => ({ output, features: prediction.features?.[i] ?? null, execution }));
  }

  async function explain(clips: readonly Tracks[], outputs: readonly number[]): Promise<Answer[]> {
    const began = performance.now();
    const importances = await importance.of(clips, outputs);
    context.assertAlive('answering');
    const execution = { batch: clips.length, inputMs: 0, inferMs: performance.now() - began, outputMs: 0 };
    return importances.map((output) => ({ output, features: null, execution }));
  }

  return {
    description: { ...kind.description, maxBatch: capacityOf(kind.usual, BATCH_PLACES) },
    item(work, what) {
      if (work.ask === 'importance') checkOutput(work.output, config.outputs);
      const bucket = bucketOf(check(work.clip, what));
      const capacity = capacityOf(bucket, work.ask === 'importance' ? GRADIENT_PLACES : BATCH_PLACES);
      return { bucket: `${work.ask} ${bucket.frames}×${bucket.points}`, capacity, value: work };
    },
    execute(works) {
      const clips = works.map(({ clip }) => clip);
      const outputs = works.flatMap((work) => (work.ask === 'importance' ? [work.output] : []));
      if (outputs.length > 0) return explain(clips as Tracks[], outputs);
      return answer(clips, works[0].ask === 'features');
    },
    async warmUp() {
      const clip = kind.blank(kind.usual);
      await predictor.predict([clip]);
      const began = performance.now();
      await predictor.predict([clip]);
      const batch = capacityOf(kind.usual, BATCH_PLACES);
      if ((performance.now() - began) * batch > WARM_UP_MS) return;
      await predictor.predict(new Array<Clip>(batch).fill(clip));
    },
    prepareImportance: importance.prepare,
    async destroy() {
      await predictor.destroy();
      await importance.destroy();
    },
  };
}

function checkOutput(output: number, outputs: number): void {
  if (Number.isInteger(output) && output >= 0 && output < outputs) return;
  const needed = `a whole number from 0 to ${outputs - 1}`;
  throw badInput({ action: 'asking for importance', given: `output ${output}`, needed });
}
