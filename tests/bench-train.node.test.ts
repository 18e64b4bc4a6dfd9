import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrainReport } from '../apps/bench/src/train/report.ts';

const BIN = resolve('apps/bench/bin/bench.mjs');
const folder = await mkdtemp(join(tmpdir(), 'movt-bench-train-'));
const test = suite('bench train');
test.after(() => rm(folder, { recursive: true, force: true }));

async function bench(...args: string[]) {
  const child = spawn(process.execPath, [BIN, 'train', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = new Promise<number | null>((done) => child.on('close', done));
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

test('a step whose parts add up, and a page', async () => {
  const { code, stdout, stderr } = await bench(
    ...'movt-tiny --batch 3 --frames 5 --points 4 --rounds 2 --json --html step.html'.split(' '),
  );
  assert.is(code, 0, stderr);
  const { format, peak_gflop_per_s, step, peers }: TrainReport = JSON.parse(stdout);
  assert.is(format, 'movt-bench-train/1');
  assert.is(peers, null);
  assert.is(step.count, 2);
  assert.equal([step.objects_created, step.live_bytes_growth], [0, 0]);
  assert.ok(Math.abs(step.peak_share - step.flop_count / step.median_ms / 1e6 / peak_gflop_per_s) < 1e-9);
  const { dispatches, kernels } = step.profiled;
  assert.is(dispatches!.length, step.dispatches);
  for (const rows of [dispatches!, kernels!]) {
    assert.is(
      rows.reduce((sum, { flop_count }) => sum + flop_count, 0),
      step.flop_count,
    );
  }
  for (const kernel of ['matmul', 'attention_backward_keys', 'adamw']) {
    assert.ok(
      kernels!.some(({ label }) => label === kernel),
      kernel,
    );
  }
  // Weights, gradients and AdamW's two moments at the least, all of them F32.
  const parameters = step.profiled.dispatches!.find(({ kernel }) => kernel === 'adamw')!;
  assert.ok(step.peak_bytes >= step.live_bytes && step.live_bytes > parameters.byte_count / 2);
  const page = await readFile(join(folder, 'step.html'), 'utf8');
  assert.is(page.match(/<svg/g)?.length, 1);
  assert.ok(page.includes('d encoder.layers.0.linear1'));
  assert.equal(await readdir(folder), ['step.html'], 'nothing else is left');
});

test('what cannot be done is refused at once, in one line', async () => {
  const refused: [message: RegExp, ...args: string[]][] = [
    [/movt-huge/, 'movt-huge'],
    [/writing none\/t\.html: got no such folder/, 'movt-tiny', '--html', 'none/t.html'],
    [/must be a whole number of at least 1/, 'movt-tiny', '--batch', '0'],
    [/batches of \d+ numbers, need at most/, 'movt-tiny', '--batch', '1000000', '--peers'],
  ];
  for (const [message, ...args] of refused) {
    const { code, stdout, stderr } = await bench(...args);
    assert.is(code, 2, stderr);
    assert.is(stdout, '');
    assert.match(stderr, message);
    assert.not.match(stderr, /\n {4}at |compiling/);
  }
});

test.run();
