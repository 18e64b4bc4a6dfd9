import type { Span } from '@movt/kernels';

/** What a trace shows of one run: lanes (the CPU's, the GPU's) of spans in milliseconds from its beginning. */
export interface TracedRun {
  readonly name: string;
  readonly lanes: readonly {
    readonly name: string;
    readonly spans: readonly (Span & { readonly args?: Readonly<Record<string, unknown>> })[];
  }[];
}

/** An event of Chrome's trace format, as chrome://tracing and ui.perfetto.dev read it. Times in microseconds. */
export type TraceEvent =
  | { ph: 'M'; name: string; pid: number; tid: number; args: Record<string, unknown> }
  | { ph: 'X'; name: string; pid: number; tid: number; ts: number; dur: number; args?: Record<string, unknown> };

/** The text of a trace file: a process a run, a thread a lane. `about` is kept beside the events. */
export function renderTrace(runs: readonly TracedRun[], about: Readonly<Record<string, unknown>>): string {
  const events = runs.flatMap((run, i) => runEvents(run, i + 1));
  return `${JSON.stringify({ displayTimeUnit: 'ms', otherData: about, traceEvents: events }, null, 1)}\n`;
}

function runEvents({ name, lanes }: TracedRun, pid: number): TraceEvent[] {
  const named = (what: string, tid: number, args: Record<string, unknown>): TraceEvent => ({
    ph: 'M',
    name: what,
    pid,
    tid,
    args,
  });
  return [
    named('process_name', 0, { name }),
    named('process_sort_index', 0, { sort_index: pid }),
    ...lanes.flatMap((lane, at) => {
      const tid = at + 1;
      // Both ends are rounded, not the length: so spans that touch do so in the file too, and none leaves the one around it.
      const events = lane.spans.map(({ name, start, end, args }): TraceEvent => {
        const [ts, until] = [Math.round(start * 1e6), Math.round(end * 1e6)];
        return { ph: 'X', name, pid, tid, ts: ts / 1e3, dur: (until - ts) / 1e3, ...(args && { args: { ...args } }) };
      });
      return [
        named('thread_name', tid, { name: lane.name }),
        named('thread_sort_index', tid, { sort_index: tid }),
        ...events,
      ];
    }),
  ];
}
