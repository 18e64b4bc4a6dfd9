import type * as v from 'valibot';
import type { modelConfigSchema } from '../schemas/models.ts';
import type { Service, TensorSpec } from '../service.ts';

/** Triton's names of datatypes in configurations. */
const DATA_TYPES = { FP32: 'TYPE_FP32', UINT8: 'TYPE_UINT8', INT64: 'TYPE_INT64', BYTES: 'TYPE_STRING' } as const;

const tensor = ({ name, datatype, shape }: TensorSpec) => ({
  name,
  data_type: DATA_TYPES[datatype],
  // The batch goes without saying.
  dims: shape.slice(1),
});

/** Triton's configuration of a model that is ready. */
export function modelConfig(
  { name, description }: ReturnType<Service['model']>,
  { maxDelayMs, maxQueue, timeoutMs }: { maxDelayMs: number; maxQueue: number; timeoutMs: number },
): v.InferOutput<typeof modelConfigSchema> {
  const { maxBatch, inputs, outputs, classes, task, parameters } = description;
  return {
    name,
    platform: 'webgpu_wgsl',
    backend: 'movt',
    version_policy: { latest: { num_versions: 1 } },
    max_batch_size: maxBatch,
    input: inputs.map(tensor),
    output: outputs.map((spec) => ({ ...tensor(spec), label_filename: '' })),
    dynamic_batching: {
      preferred_batch_size: [maxBatch],
      max_queue_delay_microseconds: maxDelayMs * 1000,
      priority_levels: 0,
      default_queue_policy: {
        timeout_action: 'REJECT',
        default_timeout_microseconds: timeoutMs * 1000,
        allow_timeout_override: true,
        max_queue_size: maxQueue,
      },
    },
    instance_group: [{ name, kind: 'KIND_GPU', count: 1 }],
    parameters: {
      task: { string_value: task },
      parameters: { string_value: String(parameters) },
      ...(classes && { classes: { string_value: JSON.stringify(classes) } }),
    },
  };
}
