import type { RunProfile } from './state.ts';

type TraceEvent = Record<string, unknown>;

/** A profile in Chrome's trace format, which ui.perfetto.dev opens: a thread for what the CPU did, one for the GPU's dispatches. */
export function traceText(
  { stages, gpu, dispatches, note }: RunProfile,
  about: Readonly<Record<string, unknown>>,
): string {
  const thread = (tid: number, name: string): TraceEvent => ({
    ph: 'M',
    name: 'thread_name',
    pid: 1,
    tid,
    args: { name },
  });
  const microseconds = (ms: number) => Math.round(ms * 1e6) / 1e3;
  const span = (tid: number, name: string, start: number, end: number, args: object): TraceEvent => {
    const ts = microseconds(start);
    return { ph: 'X', name, pid: 1, tid, ts, dur: Number((microseconds(end) - ts).toFixed(3)), args };
  };
  const events = [
    { ph: 'M', name: 'process_name', pid: 1, tid: 0, args: { name: 'MovT: one prediction' } },
    thread(1, 'CPU'),
    ...stages.map(({ name, start, end }) => span(1, name, start, end, {})),
    ...(gpu ? [thread(2, 'GPU')] : []),
    ...(gpu ?? []).map(({ name, start, end }, i) => {
      const { kernel, workgroups, flops, bytes } = dispatches[i]!;
      return span(2, name, start, end, {
        kernel,
        workgroups: workgroups.join('×'),
        flop_count: flops,
        byte_count: bytes,
      });
    }),
  ];
  return JSON.stringify({ displayTimeUnit: 'ms', otherData: { ...about, ...(note && { note }) }, traceEvents: events });
}
