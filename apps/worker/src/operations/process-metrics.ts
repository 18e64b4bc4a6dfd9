import type { Metric } from './prometheus.ts';

/** What a runtime knows of its process. */
export interface ProcessStatistics {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly cpuSeconds: number;
  /** Seconds since 1970. */
  readonly startTime: number;
}

/** By the names of Prometheus' client libraries. */
export function processMetrics({ residentBytes, heapBytes, cpuSeconds, startTime }: ProcessStatistics): Metric[] {
  const one = (name: string, type: 'gauge' | 'counter', help: string, value: number): Metric => {
    return { name, type, help, samples: [{ value }] };
  };
  return [
    one('process_resident_memory_bytes', 'gauge', 'Memory of the process that is in RAM', residentBytes),
    one('process_heap_bytes', 'gauge', "Memory of the script engine's heap that is in use", heapBytes),
    one('process_cpu_seconds_total', 'counter', 'CPU time of the process', cpuSeconds),
    one('process_start_time_seconds', 'gauge', 'When the process started, in seconds since 1970', startTime),
  ];
}
