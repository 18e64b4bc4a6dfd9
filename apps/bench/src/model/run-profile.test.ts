import type { Span } from '@movt/kernels';
import type { BatchProfile } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dispatchRows, kernelRows } from './dispatch-rows.ts';
import { breakDown, joinProfiles, middleRun, type RunProfile } from './run-profile.ts';

/** A batch from `origin`: the GPU begins while the CPU still submits, rests between its passes, and ends before the CPU wakes up. */
function batchFrom(origin: number, gpuTimes: readonly [number, number][] | undefined): BatchProfile {
  let at = origin;
  const stages = Object.entries({ pad: 1, upload: 2, encode: 1, submit: 4, wait: 20, 'read back': 2 }).map(
    ([name, ms]): Span => {
      const start = at;
      at += ms;
      return { name, start, end: at };
    },
  );
  const info = { kernel: 'matmul', label: 'fc', workgroups: [1, 1, 1] as const, flops: 6e6, macs: 3e6, bytes: 3e6 };
  return {
    outputs: [],
    stages,
    ...(gpuTimes && {
      gpu: gpuTimes.map(([start, end]) => ({ name: 'fc', start: start + origin, end: end + origin })),
    }),
    shape: { batch: 1, frames: 2, points: 1 },
    dispatches: [info, { ...info, label: 'norm', kernel: 'layernorm', flops: 1e6 }, { ...info, label: 'fc 2' }],
    compileMs: 0,
  };
}

const TIMES: [number, number][] = [
  [6, 10],
  [12, 13],
  [13, 19],
];

test('a breakdown counts every moment once', () => {
  const breakdown = breakDown(joinProfiles([batchFrom(1000, TIMES)]));
  assert.equal(breakdown, {
    wall_ms: 30,
    pad_ms: 1,
    upload_ms: 2,
    encode_ms: 1,
    submit_ms: 4,
    gpu_ms: 11,
    wait_ms: 20,
    read_back_ms: 2,
    idle_ms: 2 + 9,
    idle_before_gpu_ms: 0,
    idle_between_passes_ms: 2,
    idle_after_gpu_ms: 9,
  });
  const late = breakDown(joinProfiles([batchFrom(0, [[11, 12]])]));
  assert.equal([late.idle_before_gpu_ms, late.idle_between_passes_ms, late.idle_after_gpu_ms], [3, 0, 16]);
});

test('without timestamps the wait is all that is known', () => {
  const { gpu_ms, idle_ms, wait_ms } = breakDown(joinProfiles([batchFrom(5, undefined)]));
  assert.equal([gpu_ms, idle_ms, wait_ms], [null, null, 20]);
});

test('batches are laid end to end, whatever lay between them', () => {
  const { wallMs, stages, gpu, dispatches } = joinProfiles([batchFrom(100, TIMES), batchFrom(777, TIMES)]);
  assert.is(wallMs, 60);
  assert.equal([stages.length, gpu!.length, dispatches.length], [12, 6, 6]);
  for (const [i, { start }] of stages.entries()) assert.is(start, i === 0 ? 0 : stages[i - 1].end);
  assert.equal([gpu![3].start, gpu![3].end], [36, 40]);
});

test('rows of dispatches are medians over the runs; those of kernels are their sums', () => {
  const runs = [0.5, 2, 1].map((factor) =>
    joinProfiles([
      batchFrom(
        0,
        TIMES.map(([start, end]) => [start * factor, end * factor]),
      ),
    ]),
  );
  const rows = dispatchRows(runs, 12e9);
  assert.equal(
    rows.map(({ label, median_ms }) => [label, median_ms]),
    [
      ['fc', 4],
      ['norm', 1],
      ['fc 2', 6],
    ],
  );
  const [matmul, layernorm] = kernelRows(runs, 12e9);
  assert.equal([matmul.label, matmul.count, matmul.median_ms, layernorm.count], ['matmul', 2, 10, 1]);
  assert.ok(Math.abs(matmul.gpu_share - 10 / 11) < 1e-12);
  // 12 MFLOP and 6 MB in 10 ms.
  assert.ok(Math.abs(matmul.gflop_per_s - 1.2) < 1e-9);
  assert.ok(Math.abs(matmul.gb_per_s - 0.6) < 1e-9);
  assert.ok(Math.abs(matmul.peak_share - 0.1) < 1e-9);
});

test('the run in the middle is the one shown', () => {
  const run = (wallMs: number): RunProfile => ({ wallMs, stages: [], dispatches: [] });
  assert.is(middleRun([5, 1, 9].map(run)).wallMs, 5);
});

test.run();
