import * as v from 'valibot';

// What the protocol tells of models, and Triton's extensions of it.

const tensorSchema = v.object({ name: v.string(), datatype: v.string(), shape: v.array(v.number()) });

export const modelListSchema = v.object({ models: v.array(v.string()) });

export const modelMetadataSchema = v.object({
  name: v.string(),
  versions: v.array(v.string()),
  platform: v.string(),
  inputs: v.array(tensorSchema),
  outputs: v.array(tensorSchema),
});

export const modelReadySchema = v.object({ name: v.string(), ready: v.boolean(), error: v.optional(v.string()) });

const configTensor = { name: v.string(), data_type: v.string(), dims: v.array(v.number()) };

export const modelConfigSchema = v.object({
  name: v.string(),
  platform: v.string(),
  backend: v.string(),
  version_policy: v.object({ latest: v.object({ num_versions: v.number() }) }),
  max_batch_size: v.number(),
  input: v.array(v.object(configTensor)),
  output: v.array(v.object({ ...configTensor, label_filename: v.string() })),
  dynamic_batching: v.object({
    preferred_batch_size: v.array(v.number()),
    max_queue_delay_microseconds: v.number(),
    priority_levels: v.number(),
    default_queue_policy: v.object({
      timeout_action: v.string(),
      default_timeout_microseconds: v.number(),
      allow_timeout_override: v.boolean(),
      max_queue_size: v.number(),
    }),
  }),
  instance_group: v.array(v.object({ name: v.string(), kind: v.string(), count: v.number() })),
  parameters: v.record(v.string(), v.object({ string_value: v.string() })),
});

const duration = v.object({ count: v.number(), ns: v.number() });

export const statisticsSchema = v.object({
  model_stats: v.array(
    v.object({
      name: v.string(),
      version: v.string(),
      last_inference: v.pipe(v.number(), v.description('Milliseconds since 1970; 0 for never.')),
      inference_count: v.pipe(v.number(), v.description('Clips that were answered.')),
      execution_count: v.pipe(v.number(), v.description('Batches that ran.')),
      inference_stats: v.object({
        success: duration,
        fail: duration,
        queue: duration,
        compute_input: duration,
        compute_infer: duration,
        compute_output: duration,
        cache_hit: duration,
        cache_miss: duration,
      }),
      response_stats: v.object({}),
      batch_stats: v.array(
        v.object({
          batch_size: v.number(),
          compute_input: duration,
          compute_infer: duration,
          compute_output: duration,
        }),
      ),
      memory_usage: v.array(v.unknown()),
    }),
  ),
});
