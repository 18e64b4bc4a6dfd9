import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DispatchRow } from '../apps/bench/src/model/dispatch-rows.ts';
import type { ModelReport } from '../apps/bench/src/model/report.ts';
import type { TraceEvent } from '../apps/bench/src/report/trace.ts';

const BIN = resolve('apps/bench/bin/bench.mjs');
const folder = await mkdtemp(join(tmpdir(), 'movt-bench-model-'));
const test = suite('bench model');
test.after(() => rm(folder, { recursive: true, force: true }));

async function bench(...args: string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = new Promise<number | null>((done) => child.on('close', done));
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

test('a report that adds up, a trace with every dispatch once, and a page', async () => {
  const { code, stdout, stderr } = await bench(
    ...'model movt-tiny --batch 1,3 --frames 5 --points 4 --runs 3 --soak 20 --json'.split(' '),
    ...'--trace run.json --html run.html'.split(' '),
  );
  assert.is(code, 0, stderr);
  const report: ModelReport = JSON.parse(stdout);
  assert.is(report.format, 'movt-bench-model/1');
  assert.ok(report.peak_gflop_per_s > 0);
  assert.equal(
    report.rows.map(({ batch }) => batch),
    [1, 3],
  );
  for (const row of report.rows) {
    assert.is(row.count, 3);
    assert.ok(row.dispatches > 0 && row.dispatches <= 25);
    assert.equal([row.objects_created, row.live_bytes_growth], [0, 0]);
    assert.ok(row.live_bytes > 0 && row.peak_bytes >= row.live_bytes);
    checkParts(row.profiled.dispatches!, row.profiled.kernels!);
    assert.is(row.profiled.dispatches!.length, row.dispatches);
    assert.is(sum(row.profiled.dispatches!, 'flop_count'), row.flop_count);
    for (const { wall_ms, gpu_ms, idle_ms } of [row.breakdown, row.profiled.breakdown]) {
      assert.ok(gpu_ms! > 0 && gpu_ms! < wall_ms);
      assert.ok(idle_ms! >= 0 && idle_ms! <= wall_ms - gpu_ms! + 1e-6);
    }
  }
  const { cold, warm } = report.first_answer!;
  for (const answer of warm ? [cold, warm] : [cold]) {
    const { process_ms, device_ms, weights_ms, compile_ms, first_run_ms, total_ms } = answer;
    const parts = [process_ms, device_ms, weights_ms, compile_ms, first_run_ms];
    assert.ok(parts.every((ms) => ms > 0));
    assert.ok(Math.abs(total_ms - parts.reduce((a, b) => a + b)) < 1e-6);
    assert.is(answer.dispatches!.length, report.rows[0].dispatches);
    assert.ok(answer.pipelines.length > 0 && answer.pipelines.every(({ compile_ms }) => compile_ms > 0));
  }
  await checkTrace(report);
  const page = await readFile(join(folder, 'run.html'), 'utf8');
  assert.is(page.match(/<svg/g)?.length, 2);
  assert.ok(page.includes('<title>encoder.layers.0'));
  assert.equal((await readdir(folder)).sort(), ['run.html', 'run.json'], 'nothing else is left');
});

const sum = (rows: readonly DispatchRow[], key: 'flop_count' | 'byte_count' | 'gpu_share' | 'median_ms' | 'count') =>
  rows.reduce((total, row) => total + row[key], 0);

/** Rows of dispatches and of kernels tell the same whole. */
function checkParts(dispatches: readonly DispatchRow[], kernels: readonly DispatchRow[]) {
  for (const rows of [dispatches, kernels]) assert.ok(Math.abs(sum(rows, 'gpu_share') - 1) < 1e-9);
  for (const key of ['flop_count', 'byte_count', 'count'] as const) assert.is(sum(kernels, key), sum(dispatches, key));
  assert.ok(Math.abs(sum(kernels, 'median_ms') - sum(dispatches, 'median_ms')) < 1e-9);
}

/** As chrome://tracing and Perfetto need it: in each lane spans in order, one after the other or one within the other. */
async function checkTrace({ rows, preset }: ModelReport) {
  const { traceEvents } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { traceEvents: TraceEvent[] };
  for (const [i, row] of rows.entries()) {
    const events = traceEvents.filter(({ pid }) => pid === i + 1);
    const laneOf = new Map<number, string>();
    for (const event of events) {
      if (event.ph === 'M' && event.name === 'process_name')
        assert.is(event.args.name, `${preset}, batch ${row.batch}`);
      if (event.ph === 'M' && event.name === 'thread_name') laneOf.set(event.tid, String(event.args.name));
    }
    assert.equal([...laneOf.values()], ['CPU', 'GPU']);
    const spans = events.flatMap((event) => (event.ph === 'X' ? event : []));
    const inLane = (lane: string) => spans.filter(({ tid }) => laneOf.get(tid) === lane);
    assert.is(inLane('CPU').length + inLane('GPU').length, spans.length);
    assert.equal(
      inLane('CPU').map(({ name }) => name),
      ['run', 'pad', 'upload', 'encode', 'submit', 'wait', 'read back'],
    );
    assert.equal(
      inLane('GPU').map(({ name, args }) => `${name}: ${args!.kernel}`),
      row.profiled.dispatches!.map(({ label, kernel }) => `${label}: ${kernel}`),
    );
    for (const lane of ['CPU', 'GPU']) {
      const open: number[] = [];
      let before = 0;
      for (const { ts, dur, name } of inLane(lane)) {
        const end = ts + dur;
        assert.ok(dur >= 0 && ts >= before, `${name} begins before its neighbour`);
        while (open.length > 0 && open[open.length - 1] <= ts + 1e-6) open.pop();
        for (const outer of open) assert.ok(end <= outer + 1e-6, `${name} sticks out of what is around it`);
        open.push(end);
        before = ts;
      }
    }
  }
}

test('what cannot be done is refused at once, in one line', async () => {
  await mkdir(join(folder, 'taken'));
  const refused: [message: RegExp, ...args: string[]][] = [
    [/movt-huge, need one of movt-base/, 'movt-huge'],
    [/writing none\/t\.json: got no such folder/, 'movt-tiny', '--trace', 'none/t.json'],
    [/writing taken: got something that is no plain file/, 'movt-tiny', '--html', 'taken'],
    [/must be a whole number of at least 1/, 'movt-tiny', '--batch', '0'],
  ];
  for (const [message, ...args] of refused) {
    const { code, stdout, stderr } = await bench('model', ...args);
    assert.is(code, 2, stderr);
    assert.is(stdout, '');
    assert.match(stderr, message);
    assert.not.match(stderr, /\n {4}at |compiling/);
  }
});

test.run();
