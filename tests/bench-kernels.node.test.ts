import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, chooseKernels, runKernels } from '../apps/bench/src/lab/run-kernels.ts';
import { createSupervisor } from '../apps/bench/src/lab/supervisor.ts';
import { prepareKernel } from '../apps/bench/src/measure/prepare.ts';
import { assertBindingsMatch, ownSubjects } from '../apps/bench/src/own/own-kernel.ts';
import { testContext } from '../packages/kernels/src/testing/test-context.ts';

const BIN = resolve('apps/bench/bin/bench.mjs');
const EXAMPLES = resolve('examples/matmul');
const folder = await mkdtemp(join(tmpdir(), 'movt-bench-kernels-'));
const test = suite('bench kernels');
test.after(() => rm(folder, { recursive: true, force: true }));

const path = (name: string) => join(folder, name);
const options = { mode: 'hot', budgetMs: 50 } as const;

/** Ceilings take seconds to measure, and what they are does not matter here. */
const bench: Bench = {
  adapter: 'the adapter of the tests',
  software: true,
  fingerprint: { vendor: '', architecture: '', driver: '', dawn: '', toggles: [], cpu: '' },
  ceilings: {
    f32_gflop_per_s: 100,
    f16_gflop_per_s: null,
    memory_gb_per_s: 10,
    cache_gb_per_s: 20,
    workgroup_gb_per_s: 50,
  },
};

const WGSL = `@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  // Numbers are drawn below a thousand, so only the problem that asks for it goes on for ever.
  while (x[0] > 1000) { y[0] += 1; }
  y[id.x] = 2 * x[id.x];
}`;

const SPEC = `export default {
  bindings: [
    { name: 'x', access: 'read', shape: () => [256] },
    { name: 'y', access: 'read_write', shape: () => [256] },
  ],
  problems: [{ first: 1 }, { first: 1e6 }, { first: 2 }],
  workgroups: () => [4],
  reference: ({ first }, { x }) => ({ y: Float64Array.from(x, (value) => (first === 2 ? 3 : 2) * value) }),
  flops: () => 256,
  draw: { x: (random, { first }) => random.uniform(256, 1, 2).fill(first, 0, 1) },
};`;

test('a kernel that hangs is killed, a wrong one gets no time, and the rest goes on', async () => {
  await writeFile(path('double.wgsl'), WGSL);
  await writeFile(path('double.ts'), SPEC.replace('{ first: 2 }]', '{ first: 2 }, { first: 3 }]'));
  const source = { from: 'spec', wgsl: path('double.wgsl'), spec: path('double.ts') } as const;
  const patient = createSupervisor(60_000, BIN);
  const chosen = await chooseKernels(patient, source, '');
  patient.close();
  assert.equal(
    chosen.map(({ problem }) => problem),
    ['first 1', 'first 1000000', 'first 2', 'first 3'],
  );
  const supervisor = createSupervisor(6_000, BIN);
  const report = await runKernels(supervisor, bench, chosen, options);
  supervisor.close();
  assert.equal(
    report.rows.map(({ kernel, problem }) => [kernel, problem]),
    [
      ['double', 'first 1'],
      ['double', 'first 3'],
    ],
  );
  assert.equal(
    report.failures.map(({ problem, reason }) => [problem, reason]),
    [
      ['first 1000000', 'timeout'],
      ['first 2', 'wrong'],
    ],
  );
  assert.match(report.failures[1].message, '256 of 256 values outside');
});

test('the matmuls of the examples are right, at their edges too', async () => {
  const context = await testContext();
  for (const name of ['naive', 'workgroup_tile', 'register_tile']) {
    const [subject] = await ownSubjects(join(EXAMPLES, `${name}.wgsl`), join(EXAMPLES, 'matmul.ts'));
    assertBindingsMatch(subject, context.traits);
    const prepared = await prepareKernel(context, { ...subject, problem: { m: 35, n: 37, k: 19 } }, { mode: 'hot' });
    assert.is(await prepared.verify(), undefined, name);
    await prepared.destroy();
  }
});

async function run(...args: string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = new Promise<number | null>((done) => child.on('close', done));
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

test('a report, a page and a picture of one kernel of ours', async () => {
  const args = '--filter temporal_mean --budget 1 --json - --html k.html --svg k.svg';
  const { code, stdout, stderr } = await run('kernels', ...args.split(' '));
  assert.is(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.is(report.format, 'movt-bench-kernels/1');
  assert.equal([report.rows.length, report.failures.length], [2, 0]);
  assert.ok(report.rows.every(({ summary }: { summary: { median_ms: number } }) => summary.median_ms > 0));
  assert.ok(Object.values(report.ceilings).every((rate) => rate === null || (rate as number) > 0));
  assert.match(stderr, report.fingerprint.driver);
  assert.match(await readFile(path('k.html'), 'utf8'), 'temporal_mean');
  assert.match(await readFile(path('k.svg'), 'utf8'), /^<svg /);
});

test('mistakes are told at once, with exit code 2', async () => {
  await writeFile(path('broken.wgsl'), WGSL.replace('2 * x[id.x];', '2 * z[id.x];'));
  await writeFile(path('broken.ts'), SPEC);
  const broken = await run('kernel', 'broken.wgsl', '--spec', 'broken.ts');
  assert.is(broken.code, 2);
  assert.match(broken.stderr, /line 6:.* of the expanded source: unresolved value 'z'/);
  assert.match(broken.stderr, '>    6 |   y[id.x] = 2 * z[id.x];');
  assert.not.match(broken.stderr, 'ceilings');
  const none = await run('kernels', '--filter', 'nothing like it');
  assert.is(none.code, 2);
  assert.match(none.stderr, "got --filter 'nothing like it'");
  assert.is((await run('kernels', '--mode', 'lukewarm')).code, 2);
});

test.run();
