import type { Duration, ModelStatistics, Service, ServiceState } from '../service.ts';
import { histogramSamples, type Metric } from './prometheus.ts';

const STATES: readonly ServiceState[] = ['starting', 'ready', 'recovering', 'draining', 'stopped'];
/** Clips of a batch. */
const BATCH_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Triton's counters, by the names that its dashboards ask for. */
const COUNTERS: readonly (readonly [name: string, help: string, value: (of: ModelStatistics) => number])[] = [
  ['nv_inference_request_success', 'Requests that were answered', ({ success }) => success.count],
  ['nv_inference_request_failure', 'Requests that failed or were refused', ({ fail }) => fail.count],
  ['nv_inference_count', 'Clips that were answered', ({ inferenceCount }) => inferenceCount],
  ['nv_inference_exec_count', 'Batches that ran', ({ executionCount }) => executionCount],
  [
    'nv_inference_request_duration_us',
    'Time of answered requests from queue to answer, in microseconds',
    ({ success }) => us(success),
  ],
  ['nv_inference_queue_duration_us', 'Time in the queue, in microseconds', ({ queue }) => us(queue)],
  [
    'nv_inference_compute_input_duration_us',
    'Time for inputs, in microseconds',
    ({ computeInput }) => us(computeInput),
  ],
  [
    'nv_inference_compute_infer_duration_us',
    'Time on the device, in microseconds',
    ({ computeInfer }) => us(computeInfer),
  ],
  [
    'nv_inference_compute_output_duration_us',
    'Time for outputs, in microseconds',
    ({ computeOutput }) => us(computeOutput),
  ],
];

/** What is counted of models and of the device. */
export function modelMetrics(service: Pick<Service, 'statistics' | 'gpuBytes' | 'adapter' | 'state'>): Metric[] {
  const models = service.statistics();
  const labelsOf = ({ name, version }: ModelStatistics) => ({ model: name, version });
  const counters = COUNTERS.map(([name, help, value]): Metric => {
    return { name, type: 'counter', help, samples: models.map((of) => ({ labels: labelsOf(of), value: value(of) })) };
  });
  return [
    ...counters,
    {
      name: 'nv_inference_pending_request_count',
      type: 'gauge',
      help: 'Requests that wait or run',
      samples: models.map((of) => ({ labels: labelsOf(of), value: of.pending })),
    },
    {
      name: 'movt_batch_size',
      type: 'histogram',
      help: 'Clips that ran together',
      samples: models.flatMap((of) => batchSizes(labelsOf(of), of)),
    },
    {
      name: 'nv_gpu_memory_used_bytes',
      type: 'gauge',
      help: 'Bytes that the server itself holds on the device',
      samples: [{ labels: { gpu_uuid: service.adapter }, value: service.gpuBytes() }],
    },
    {
      name: 'movt_service_state',
      type: 'gauge',
      help: '1 for the state that the service is in',
      samples: STATES.map((state) => ({ labels: { state }, value: state === service.state ? 1 : 0 })),
    },
  ];
}

function batchSizes(labels: { model: string; version: string }, { batches }: ModelStatistics) {
  const counts = new Array(BATCH_BOUNDS.length + 1).fill(0);
  let clips = 0;
  for (const { batchSize, computeInfer } of batches) {
    const bucket = BATCH_BOUNDS.findIndex((bound) => batchSize <= bound);
    counts[bucket === -1 ? BATCH_BOUNDS.length : bucket] += computeInfer.count;
    clips += batchSize * computeInfer.count;
  }
  return histogramSamples(labels, BATCH_BOUNDS, counts, clips);
}

function us({ ns }: Duration): number {
  return Math.round(ns / 1000);
}
