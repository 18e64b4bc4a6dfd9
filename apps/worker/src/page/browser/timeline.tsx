import type { Span } from '@movt/kernels';
import { download } from './download.ts';
import { duration, short } from './format.ts';
import { kernelColour, kernelTotals } from './kernel-totals.ts';
import { profile, type RunProfile, where } from './state.ts';
import { linearTicks } from './ticks.ts';
import { traceText } from './trace.ts';
import { useWidth } from './use-width.ts';

/** Where the time of one prediction went, dispatch by dispatch. */
export function Timeline() {
  const run = profile.value;
  return (
    <section class="panel" aria-labelledby="timeline">
      <div class="heading">
        <h2 id="timeline">Kernel timeline</h2>
        {run && (
          <button type="button" class="quiet" onClick={() => save(run)}>
            Save trace
          </button>
        )}
      </div>
      {run ? (
        <>
          <p class="muted">
            One prediction, each dispatch in a pass of its own with timestamps around it. The trace opens in
            ui.perfetto.dev.
          </p>
          <Lanes run={run} />
          {run.note && <p class="warning">{noteFor(run.note)}</p>}
          {run.gpu && <Totals run={run} />}
        </>
      ) : (
        <p class="muted">
          {where.value.kind === 'server'
            ? 'Only where the model runs in the browser are its kernels timed here.'
            : 'After an answer: every kernel of the run on the GPU’s own clock, with its rates.'}
        </p>
      )}
    </section>
  );
}

const LANE = 34;
const GAP = 12;
const LEFT = 38;

function Lanes({ run }: { run: RunProfile }) {
  const { element, width } = useWidth<HTMLDivElement>(640);
  const end = Math.max(...[...run.stages, ...(run.gpu ?? [])].map((span) => span.end));
  const x = (ms: number) => LEFT + (ms / end) * (width - LEFT - 8);
  const lanes = [
    { name: 'CPU', spans: run.stages, gpu: false },
    ...(run.gpu ? [{ name: 'GPU', spans: run.gpu, gpu: true }] : []),
  ];
  const bottom = lanes.length * (LANE + GAP);
  const sum = run.gpu?.reduce((total, span) => total + span.end - span.start, 0);
  const words = `${duration(end)} from input to answer${sum === undefined ? '' : `, of which the GPU works ${duration(sum)} in ${run.gpu!.length} dispatches`}`;
  const bar = (span: Span, i: number, lane: number, gpu: boolean) => {
    const [from, to] = [x(span.start), x(span.end)];
    const wide = Math.max(0.75, to - from - (to - from > 3 ? 0.75 : 0));
    const kernel = gpu ? run.dispatches[i]!.kernel : null;
    const waiting = !gpu && span.name === 'wait';
    const label = fitting(span.name, wide);
    return (
      <g key={i}>
        <title>{`${span.name}${kernel ? ` (${kernel})` : ''}: ${duration(span.end - span.start)}`}</title>
        <rect
          x={from}
          y={lane * (LANE + GAP)}
          width={wide}
          height={LANE}
          rx={wide > 6 ? 3 : 0}
          {...(waiting ? { class: 'waiting' } : { fill: kernel ? kernelColour(run, kernel) : 'var(--cpu)' })}
        />
        {label && (
          <text
            x={from + wide / 2}
            y={lane * (LANE + GAP) + LANE / 2 + 4}
            text-anchor="middle"
            class={waiting ? '' : 'on'}
          >
            {label}
          </text>
        )}
      </g>
    );
  };
  return (
    <div ref={element} class="plot">
      <svg width={width} height={bottom + 22} role="img" aria-label={`Timeline: ${words}`}>
        {linearTicks(end, width / 90).map((ms) => (
          <g key={ms}>
            <line x1={x(ms)} x2={x(ms)} y1={0} y2={bottom - GAP + 4} class="grid" />
            <text x={x(ms)} y={bottom + 10} text-anchor={ms === 0 ? 'start' : 'middle'}>
              {short(ms)} {ms === 0 ? 'ms' : ''}
            </text>
          </g>
        ))}
        {lanes.map(({ name, spans, gpu }, lane) => (
          <g key={name}>
            <text x={0} y={lane * (LANE + GAP) + LANE / 2 + 4}>
              {name}
            </text>
            {spans.map((span, i) => bar(span, i, lane, gpu))}
          </g>
        ))}
      </svg>
      <p class="muted">{words}.</p>
    </div>
  );
}

function Totals({ run }: { run: RunProfile }) {
  const totals = kernelTotals(run);
  return (
    <div class="wide">
      <table class="kernels">
        <thead>
          <tr>
            <th scope="col">kernel</th>
            <th scope="col">runs</th>
            <th scope="col">time</th>
            <td class="bar" />
            <th scope="col" class="share">
              share
            </th>
            <th scope="col">GFLOP/s</th>
            <th scope="col">GB/s</th>
          </tr>
        </thead>
        <tbody>
          {totals.map(({ kernel, count, ms, share, gflops, gbytes }) => (
            <tr key={kernel}>
              <th scope="row">
                <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                  <rect width="10" height="10" rx="2" fill={kernelColour(run, kernel)} />
                </svg>
                {kernel}
              </th>
              <td>{count}</td>
              <td>{duration(ms)}</td>
              <td class="bar">
                <i style={{ width: `${100 * share}%` }} />
              </td>
              <td class="share">{Math.round(100 * share)} %</td>
              <td>{gflops === null ? '·' : short(gflops)}</td>
              <td>{gbytes === null ? '·' : short(gbytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function save(run: RunProfile): void {
  const at = where.value;
  download(traceText(run, { adapter: at.kind === 'here' ? at.adapter : '' }), 'movt-trace.json', 'application/json');
}

/** Chrome rounds timestamps unless told not to: how to tell it. */
function noteFor(note: string): string {
  const more = /steps of/.test(note) ? '. Chrome tells them exactly with --enable-webgpu-developer-features' : '';
  return `${note.charAt(0).toUpperCase()}${note.slice(1)}${more}.`;
}

/** The label, or the end of it that says most, where it fits. */
function fitting(label: string, width: number): string {
  const room = Math.floor((width - 6) / 6.2);
  const parts = label.split('.');
  for (let from = 0; from < parts.length; from++) {
    const text = parts.slice(from).join('.');
    if (text.length <= room) return text;
  }
  return '';
}
