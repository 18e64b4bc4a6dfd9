import type { TracedRun } from '../report/trace.ts';
import type { RunProfile } from './run-profile.ts';

/** A profiled run as a trace shows it: the CPU's stages inside the run, and what is known of each dispatch. */
export function tracedRun(name: string, { stages, gpu, dispatches, wallMs }: RunProfile): TracedRun {
  const cpu = { name: 'CPU', spans: [{ name: 'run', start: 0, end: wallMs }, ...stages] };
  if (!gpu) return { name, lanes: [cpu] };
  const spans = gpu.map((span, i) => {
    const { kernel, workgroups, flops, bytes } = dispatches[i];
    const ms = span.end - span.start;
    const args = {
      kernel,
      workgroups: workgroups.join('×'),
      flop_count: flops,
      byte_count: bytes,
      gflop_per_s: flops / ms / 1e6,
      gb_per_s: bytes / ms / 1e6,
    };
    return { ...span, args };
  });
  return { name, lanes: [cpu, { name: 'GPU', spans }] };
}
