import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderTrace, type TraceEvent } from './trace.ts';

test('a trace names its lanes, and keeps every span where and as long as it was', () => {
  const third = 1 / 3;
  const stages = [
    { name: 'run', start: 0, end: 4 * third },
    ...[0, 1, 2, 3].map((i) => ({ name: `stage ${i}`, start: i * third, end: (i + 1) * third })),
  ];
  const gpu = [{ name: 'a "kernel"', start: third, end: 1.5 * third, args: { flop_count: 7 } }];
  const run = {
    name: 'batch 2',
    lanes: [
      { name: 'CPU', spans: stages },
      { name: 'GPU', spans: gpu },
    ],
  };
  const trace = JSON.parse(renderTrace([run, { ...run, name: 'batch 3' }], { software: true }));
  assert.equal(trace.otherData, { software: true });
  const events: TraceEvent[] = trace.traceEvents;
  const names = events.flatMap((event) =>
    event.ph === 'M' && event.name.endsWith('_name') ? `${event.pid}/${event.tid} ${event.args.name}` : [],
  );
  assert.equal(names, ['1/0 batch 2', '1/1 CPU', '1/2 GPU', '2/0 batch 3', '2/1 CPU', '2/2 GPU']);
  for (const pid of [1, 2]) {
    const spans = events.flatMap((event) => (event.ph === 'X' && event.pid === pid ? event : []));
    assert.equal(
      spans.map(({ tid, name }) => `${tid} ${name}`),
      [...stages.map(({ name }) => `1 ${name}`), '2 a "kernel"'],
    );
    for (const [i, { start, end }] of [...stages, ...gpu].entries()) {
      assert.ok(Math.abs(spans[i].ts - start * 1000) <= 1e-3, 'microseconds');
      assert.ok(Math.abs(spans[i].ts + spans[i].dur - end * 1000) <= 2e-3);
    }
    const [whole, ...parts] = spans.filter(({ tid }) => tid === 1).map(inNanoseconds);
    for (const [i, { ts, end }] of parts.entries()) {
      assert.is(ts, i === 0 ? whole.ts : parts[i - 1].end, 'stages touch');
      assert.ok(end <= whole.end, 'and stay within the run');
    }
    assert.equal(spans[spans.length - 1].args, { flop_count: 7 });
  }
});

function inNanoseconds({ ts, dur }: { ts: number; dur: number }) {
  return { ts: Math.round(ts * 1000), end: Math.round(ts * 1000) + Math.round(dur * 1000) };
}

test.run();
