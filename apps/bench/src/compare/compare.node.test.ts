import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fingerprint } from '../measure/types.ts';
import { findBaseline, fingerprintHash, readBaseline, storeBaseline } from './baselines.ts';
import { buildChild } from './build-child.ts';
import { startChild } from './child-process.ts';
import { compareReports } from './compare-reports.ts';
import { compareTrees } from './compare-trees.ts';
import { regressions } from './comparison.ts';
import { asPage } from './html.ts';
import { readReport } from './read-report.ts';
import { asMarkdown, asTable } from './text.ts';
import { copyTree, openTree, workingTree } from './trees.ts';
import { inScratch } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'compare-test-'));
const fingerprint: Fingerprint = { vendor: 'v', architecture: 'a', driver: 'd', dawn: '1', toggles: ['t'], cpu: '' };

const message = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    assert.is((error as Error).name, 'MovtError', String((error as Error).stack));
    return (error as Error).message;
  }
  return assert.unreachable('it was not refused') as never;
};

/** A stand-in for a measuring process: it speaks the protocol, and takes the times that its rows say. */
function fakeChild(name: string, rows: Record<string, string>): string {
  const file = join(folder, `${name}.mjs`);
  const table = Object.entries(rows).map(([kernel, does]) => `[${JSON.stringify(kernel)}, () => { ${does} }]`);
  writeFileSync(
    file,
    `const rows = [${table}];
let row = 0;
const answers = {
  open: () => ({ fingerprint: ${JSON.stringify(fingerprint)}, adapter: 'fake', software: false, rows: rows.map(([kernel]) => ({ kernel, problem: 'n 1' })) }),
  prepare: (ask) => { row = ask.row; return { clock: 'timestamp', repeats: 1 }; },
  verify: () => rows[row][0] === 'wrong' && ${JSON.stringify(name)} === 'b' ? 'element 3 is off' : null,
  sample: () => rows[row][1](),
};
process.on('message', ({ action, ...ask }) => {
  try { process.send({ answer: answers[action](ask) }); }
  catch ({ code, message }) { process.send({ error: { code, message } }); }
});
process.on('disconnect', () => process.exit());`,
  );
  return file;
}

const noisy = (ms: number) => `return ${ms} * (1 + 0.02 * Math.random());`;
const options = { mode: 'hot', margin: 0.03, filter: '', rounds: 4, log: () => {} } as const;

test('builds are compared row by row, and what is wrong, crashes or loses its device leaves the others standing', async () => {
  const a = fakeChild('a', {
    slower: noisy(1),
    crash: noisy(1),
    lost: noisy(1),
    wrong: noisy(1),
    same: noisy(2),
    gone: noisy(1),
  });
  const b = fakeChild('b', {
    crash: 'process.exit(7)',
    wrong: noisy(0.1),
    lost: "throw Object.assign(new Error('the device is lost'), { code: 'device_lost' })",
    slower: noisy(1.1),
    same: noisy(2),
    made: noisy(1),
  });
  const comparison = await compareTrees({ label: 'A', file: a }, { label: 'B', file: b }, options);
  assert.equal(
    comparison.rows.map(({ kernel, verdict }) => [kernel, verdict]),
    [
      ['slower', 'SLOWER'],
      ['same', 'SAME'],
    ],
  );
  assert.equal(
    comparison.failures.map(({ kernel, side }) => [kernel, side]),
    [
      ['crash', 'b'],
      ['wrong', 'b'],
      ['lost', 'b'],
    ],
  );
  assert.match(comparison.failures[0].message, 'its process ended (7)');
  assert.match(comparison.failures[1].message, 'wrong: element 3 is off');
  assert.equal([comparison.only_a, comparison.only_b], [['gone n 1'], ['made n 1']]);
  assert.equal(regressions(comparison), ['slower n 1', 'crash n 1', 'wrong n 1', 'lost n 1']);
  for (const shown of [asTable(comparison), asMarkdown(comparison), asPage(comparison)]) {
    for (const word of ['SLOWER', 'SAME', 'element 3 is off', 'gone n 1']) assert.match(shown, word);
  }
});

test('a filter that no row has in its name is refused', async () => {
  const file = fakeChild('f', { one: noisy(1) });
  const side = { label: 'A', file };
  assert.match(await message(() => compareTrees(side, side, { ...options, filter: 'two' })), '--filter two');
});

test('a process that does not answer is stopped', async () => {
  const child = startChild({ label: 'H', file: fakeChild('hang', { hang: 'for (;;);' }) }, 5000);
  await child.ask('prepare', { row: 0, mode: 'hot' });
  assert.match(await message(() => child.ask('sample', {})), "H: no answer to 'sample' in 5 s");
  assert.not(child.alive);
  child.stop();
});

test('the kernels of a folder are built and measured, and those that bench cannot measure are refused in words', async () => {
  await inScratch(async (scratch) => {
    const copy = join(scratch, 'copy');
    await copyTree(workingTree(), copy);
    const file = join(scratch, 'a.mjs');
    await buildChild('registry-child', await openTree(copy, scratch), file);
    const child = startChild({ label: 'copy', file });
    const { rows } = await child.ask('open', {});
    child.stop();
    assert.ok(rows.some(({ kernel, problem }) => kernel === 'matmul' && problem.startsWith('m 60, n 256, k 256')));
    rmSync(join(copy, 'packages/kernels/src/registry.ts'));
    assert.match(
      await message(async () => buildChild('registry-child', await openTree(copy, scratch), file)),
      'building the kernels of',
    );
    assert.match(await message(() => openTree(folder, scratch)), 'no packages/kernels');
    assert.match(await message(() => openTree('--output=x', scratch)), 'neither a folder nor a commit');
  });
});

const COPY = (rounds: number) => `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  var sum = x[id.x];
  for (var i = 0u; i < ${rounds}; i++) { sum = sum * 0.5 + x[(id.x + i) % 4096] * 0.5; }
  y[id.x] = x[id.x] + select(0.0, 1.0, sum == 12345.0);
}`;

test('two WGSL files under one spec are compared, whatever they are called', async () => {
  const spec = join(folder, 'copy.mjs');
  writeFileSync(
    spec,
    `const shape = ({ n }) => [n];
export default {
  bindings: [{ name: 'x', access: 'read', shape }, { name: 'y', access: 'read_write', shape }],
  problems: [{ n: 4096 }],
  workgroups: ({ n }) => [n / 64],
  reference: (_, { x }) => ({ y: x }),
  flops: ({ n }) => n,
};`,
  );
  await inScratch(async (scratch) => {
    const file = join(scratch, 'own.mjs');
    await buildChild('own-child', workingTree(), file);
    const sides = [1000, 200].map((rounds) => {
      const label = join(folder, `rounds_${rounds}.wgsl`);
      writeFileSync(label, COPY(rounds));
      return { label, file, args: [label, spec] };
    });
    const { rows, failures } = await compareTrees(sides[0], sides[1], { ...options, rounds: 1 });
    assert.equal(failures, []);
    assert.equal(
      rows.map(({ kernel, problem, verdict }) => [kernel, problem, verdict]),
      [['copy', 'n 4096', 'FASTER']],
    );
    writeFileSync(sides[1].label, 'fn main( {');
    const broken = await compareTrees(sides[0], sides[1], options);
    assert.is(broken.failures[0].side, 'b');
    assert.match(broken.failures[0].message, "compiling kernel 'rounds_200'");
  });
});

test('a baseline is found on its own machine only', async () => {
  const place = join(folder, 'baselines');
  const here = await storeBaseline(place, workingTree(), { fingerprint, commit: 'c1' });
  assert.is(await findBaseline(place, fingerprint), here);
  const other = { ...fingerprint, driver: 'another' };
  assert.is.not(fingerprintHash(other), fingerprintHash(fingerprint));
  assert.match(await message(() => findBaseline(place, other)), 'driver "d" and "another"');
  assert.match(await message(() => findBaseline(join(folder, 'none'), other)), 'got none');
  await storeBaseline(place, workingTree(), { fingerprint, commit: 'c2' });
  assert.is((await readBaseline(here))!.commit, 'c2');
  assert.equal(readdirSync(place), [fingerprintHash(fingerprint)], 'nothing half-written is left');
  writeFileSync(join(here, 'baseline.json'), '{"format": "movt-bench-base');
  assert.match(await message(() => readBaseline(here)), 'Store it again');
});

const report = (changes: object = {}, samples_ms = [1, 1.01, 0.99, 1, 1.02, 1, 0.98, 1.01]) => ({
  format: 'movt-bench-kernels/1',
  commit: 'c',
  date: 'now',
  fingerprint,
  software: false,
  rows: [{ kernel: 'matmul', problem: 'm 1', mode: 'hot', samples_ms }],
  failures: [],
  ...changes,
});

async function reportFile(name: string, content: unknown): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('reports of one machine are compared; those of two, of two modes or with nothing in common are refused', async () => {
  const a = { label: 'a', report: await readReport(await reportFile('a.json', report())) };
  const named = async (content: object) => ({
    label: 'b',
    report: await readReport(await reportFile('b.json', content)),
  });
  const slow = [1.2, 1.21, 1.19, 1.2, 1.22, 1.2, 1.18, 1.21];
  assert.is(compareReports(a, await named(report({}, slow)), 0.03).rows[0].verdict, 'SLOWER');
  assert.is(compareReports(await named(report({}, slow)), a, 0.03).rows[0].verdict, 'FASTER');
  assert.is(compareReports(a, a, 0.03).rows[0].verdict, 'SAME');
  const elsewhere = await named(report({ fingerprint: { ...fingerprint, dawn: '2' } }));
  assert.match(await message(() => compareReports(a, elsewhere, 0.03)), 'dawn "1" and "2"');
  const cold = await named(report({ rows: [{ ...report().rows[0], mode: 'cold' }] }));
  assert.match(await message(() => compareReports(a, cold, 0.03)), 'hot and cold caches');
  const apart = await named(report({ rows: [{ ...report().rows[0], kernel: 'softmax' }] }));
  assert.match(await message(() => compareReports(a, apart, 0.03)), 'no row that both have');
});

test('a report that is none is refused, naming what is wrong', async () => {
  assert.match(await message(() => readReport(join(folder, 'missing.json'))), 'ENOENT');
  assert.match(await message(async () => readReport(await reportFile('x.json', '{"format":'))), 'JSON');
  assert.match(await message(async () => readReport(await reportFile('x.json', report({ format: 'x/2' })))), 'format');
  const text = report({ rows: [{ ...report().rows[0], samples_ms: [1, 'fast'] }] });
  assert.match(await message(async () => readReport(await reportFile('x.json', text))), 'rows.0.samples_ms.1');
});

test.after(() => {
  rmSync(folder, { recursive: true, force: true });
  assert.not(existsSync(folder));
});

test.run();
