import type * as v from 'valibot';
import type { statisticsSchema } from '../schemas/models.ts';
import type { Duration, ModelStatistics } from '../service.ts';

const NEVER: Duration = { count: 0, ns: 0 };

/** Whole nanoseconds: Triton's clients read integers. */
const duration = ({ count, ns }: Duration): Duration => ({ count, ns: Math.round(ns) });

/** Statistics as Triton writes them. There is no cache of answers here, and batches are timed as a whole. */
export function statisticsJson(models: readonly ModelStatistics[]): v.InferOutput<typeof statisticsSchema> {
  return {
    model_stats: models.map((stats) => ({
      name: stats.name,
      version: stats.version,
      last_inference: Math.round(stats.lastInference),
      inference_count: stats.inferenceCount,
      execution_count: stats.executionCount,
      inference_stats: {
        success: duration(stats.success),
        fail: duration(stats.fail),
        queue: duration(stats.queue),
        compute_input: duration(stats.computeInput),
        compute_infer: duration(stats.computeInfer),
        compute_output: duration(stats.computeOutput),
        cache_hit: NEVER,
        cache_miss: NEVER,
      },
      response_stats: {},
      batch_stats: stats.batches.map(({ batchSize, computeInfer }) => ({
        batch_size: batchSize,
        compute_input: NEVER,
        compute_infer: duration(computeInfer),
        compute_output: NEVER,
      })),
      memory_usage: [],
    })),
  };
}
