import type { DispatchInfo } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { duration, percent, short } from './format.ts';
import { frontOf } from './front.ts';
import { whyByStatus } from './handed-out.ts';
import { kernelTotals } from './kernel-totals.ts';
import { measuredPoints, sameNetwork } from './pareto-measured.tsx';
import type { RunProfile } from './state.ts';
import { linearTicks, powersOfTen } from './ticks.ts';
import { traceText } from './trace.ts';

const dispatch = (kernel: string, flops: number): DispatchInfo => ({
  kernel,
  label: `${kernel} 0`,
  workgroups: [2, 3, 1],
  flops,
  macs: flops / 2,
  bytes: 1e6,
});

const PROFILE: RunProfile = {
  stages: [
    { name: 'submit', start: 0, end: 0.5 },
    { name: 'wait', start: 0.5, end: 8 },
  ],
  gpu: [
    { name: 'a', start: 1, end: 2 },
    { name: 'b', start: 2, end: 5.0004 },
    { name: 'c', start: 5.0004, end: 6.0004 },
  ],
  dispatches: [dispatch('matmul', 2e6), dispatch('conv1d', 3e6), dispatch('matmul', 2e6)],
  clock: null,
  note: 'coarse',
};

test('kernels are added up, the longest first', () => {
  const [first, second] = kernelTotals(PROFILE);
  assert.is(first!.kernel, 'conv1d');
  assert.is(second!.count, 2);
  assert.ok(Math.abs(second!.ms - 2) < 1e-9);
  assert.ok(Math.abs(second!.gflops! - 2) < 1e-9, '4 MFLOP in 2 ms are 2 GFLOP/s');
  assert.ok(Math.abs(first!.share + second!.share - 1) < 1e-9);
});

test('a clock that saw no time pass gives no rate', () => {
  const [only] = kernelTotals({ ...PROFILE, gpu: [{ name: 'a', start: 1, end: 1 }] });
  assert.is(only!.gflops, null);
});

test('the trace is what Perfetto reads: microseconds, and spans that touch touch', () => {
  const { traceEvents, otherData } = JSON.parse(traceText(PROFILE, { adapter: 'x' }));
  const spans = traceEvents.filter(({ ph, tid }: { ph: string; tid: number }) => ph === 'X' && tid === 2);
  assert.equal(
    spans.map(({ name, ts }: { name: string; ts: number }) => [name, ts]),
    [
      ['a', 1000],
      ['b', 2000],
      ['c', 5000.4],
    ],
  );
  assert.is(spans[1].ts + spans[1].dur, spans[2].ts);
  assert.is(spans[0].args.kernel, 'matmul');
  assert.is(spans[0].args.workgroups, '2×3×1');
  assert.equal(otherData, { adapter: 'x', note: 'coarse' });
});

test('the front is what nothing cheaper beats', () => {
  const points = [
    { cost: 3, accuracy: 0.5 },
    { cost: 1, accuracy: 0.6 },
    { cost: 2, accuracy: 0.6 },
    { cost: 2, accuracy: 0.7 },
    { cost: 9, accuracy: 0.9 },
  ];
  assert.equal(frontOf(points), [points[1], points[3], points[4]]);
});

test('tracking is paid for by models that need tracks, and turns the front round', () => {
  const [alone, tracked] = [measuredPoints('model alone'), measuredPoints('with tracking')];
  for (const [i, { series, cost, label }] of alone.entries()) {
    const more = tracked[i]!.cost - cost;
    assert.ok(['PixT', 'VideoMAE'].includes(series) ? more === 0 : Math.abs(more - 339.21) < 0.01, `${label}: ${more}`);
  }
  const onFront = (points: ReturnType<typeof measuredPoints>) => {
    const front = frontOf(points.map(({ cost, top1 }) => ({ cost, accuracy: top1 })));
    return points.filter(({ cost, top1 }) => front.some((best) => best.cost === cost && best.accuracy === top1));
  };
  const series = (points: ReturnType<typeof measuredPoints>) => new Set(onFront(points).map(({ series }) => series));
  assert.equal([...series(alone)], ['MovT', 'Late fusion']);
  assert.equal([...series(tracked)], ['MovT', 'PixT', 'VideoMAE', 'Late fusion']);
  assert.is(new Set(alone.map(({ label }) => label)).size, alone.length, 'every row has a name of its own');
});

test('a network is known by its arithmetic', () => {
  assert.is(sameNetwork(41.340672), 'movt-small, 32 frames');
  assert.is(sameNetwork(41.34), null);
  // PixT is no MovT.
  assert.is(sameNetwork(40.747776), null);
});

test('only a clear no sends videos to the server', () => {
  for (const status of [401, 403, 404, 410]) assert.type(whyByStatus(status), 'string', `${status}`);
  for (const status of [200, 304, 405, 429, 500, 501, 503]) assert.is(whyByStatus(status), null, `${status}`);
});

test('ticks are round and stay within', () => {
  assert.equal(linearTicks(1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.equal(linearTicks(566, 7), [0, 100, 200, 300, 400, 500]);
  assert.equal(powersOfTen(0.02, 60), [0.1, 1, 10]);
  assert.equal(powersOfTen(0.1, 1000), [0.1, 1, 10, 100, 1000]);
  assert.equal(powersOfTen(2, 5), []);
});

test('numbers have three digits at most, and no needless ones', () => {
  assert.equal([0, 1025.2, 56.94, 0.0555, 0.66, 4, 12345, 9.996, 1e-9].map(short), [
    '0',
    '1025',
    '56.9',
    '0.0555',
    '0.66',
    '4',
    '12345',
    '10',
    '1.0e-9',
  ]);
  assert.is(duration(999.4), '999 ms');
  assert.is(duration(2400), '2.4 s');
  assert.is(percent(0.934), '93 %');
  assert.is(percent(0.008), '0.8 %');
});

test.run();
