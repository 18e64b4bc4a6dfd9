import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { summarise } from '../measure/statistics.ts';
import type { KernelReport, KernelRow } from '../measure/types.ts';
import { kernelTable } from './kernel-report.ts';
import { renderKernelsPage } from './kernels-page.ts';
import { renderRoofline } from './roofline-plot.ts';

function rowOf(kernel: string, samples_ms: number[], flop_count = 1e6): KernelRow {
  return {
    kernel,
    problem: 'm 60, n 256',
    variant: 'TILED',
    workgroups: [4, 2, 1],
    clock: 'timestamp',
    mode: 'hot',
    repeats: 8,
    samples_ms,
    summary: summarise(samples_ms),
    compile_ms: 12.3456,
    flop_count,
    byte_count: 1e5,
    intensity: flop_count / 1e5,
    gflop_per_s: flop_count / 1e6,
    gb_per_s: 0.1,
    ceiling_share: 0.123,
    limiter: 'latency',
  };
}

function reportOf(rows: KernelRow[], software = true): KernelReport {
  return {
    format: 'movt-bench-kernels/1',
    commit: 'abc',
    date: '2026-01-01T00:00:00.000Z',
    fingerprint: { vendor: 'v', architecture: 'a', driver: 'Driver <1>', dawn: '0.6.2', toggles: [], cpu: 'CPU' },
    software,
    ceilings: {
      f32_gflop_per_s: 20,
      f16_gflop_per_s: null,
      memory_gb_per_s: 2,
      cache_gb_per_s: 9,
      workgroup_gb_per_s: 14,
    },
    rows,
    failures: [{ kernel: 'bad', problem: 'n 1', reason: 'wrong', message: '3 of 9 values outside <tolerance>' }],
  };
}

const report = reportOf([rowOf('matmul', [1, 1, 1.1]), rowOf('copy', [2, 2, 2], 0)]);

test('the table has a line for each row, in the order of the report', () => {
  const [first, second] = kernelTable(report);
  assert.equal([first['#'], first.kernel, first['median ms'], first['of roof']], [1, 'matmul', '1', '12 %']);
  assert.is(second['FLOP/B'], '0');
});

test('with an earlier report it says what has changed, and when that may be chance', () => {
  const before = reportOf([rowOf('matmul', [2, 2, 2.1])]);
  assert.equal(
    kernelTable(report, before).map(({ change }) => change),
    ['−50.0 %', 'new'],
  );
  assert.is(kernelTable(report, reportOf([rowOf('matmul', [1, 1.05, 1.2])]))[0].change, '−4.8 % or none');
});

test('page and picture name the adapter, warn where it is software, and escape what they show', () => {
  const page = renderKernelsPage(report);
  assert.match(page, 'Driver &lt;1&gt;');
  assert.match(page, 'A software adapter: times compare only within this run.');
  assert.match(page, 'WRONG: bad n 1: 3 of 9 values outside &lt;tolerance&gt;');
  assert.match(page, '2 copy m 60, n 256');
  const picture = renderRoofline(report);
  assert.match(picture, 'Driver &lt;1&gt;; a software adapter');
  assert.match(picture, 'multiply-add f32 20 GFLOP/s');
  assert.not.match(picture, 'NaN');
  assert.not.match(renderKernelsPage(reportOf([], false)), 'software adapter');
});

test.run();
