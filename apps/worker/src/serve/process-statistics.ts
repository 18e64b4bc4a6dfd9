import process from 'node:process';
import type { ProcessStatistics } from '../operations/process-metrics.ts';

const STARTED = Date.now() / 1000 - process.uptime();

/** This process's memory and CPU time, on Node and on Deno. */
export function processStatistics(): ProcessStatistics {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { residentBytes: rss, heapBytes: heapUsed, cpuSeconds: (user + system) / 1e6, startTime: STARTED };
}
