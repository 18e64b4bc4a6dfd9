// node tools/check-gate.mjs [--runs 20] [--filter TEXT] [--adapter WHICH]
// Holds `bench compare --gate` to its word, on this machine: a matrix product that does a tenth more work must be found, and the same
// kernels against themselves must raise no alarm, run after run. Exit code 1 when it fails. Where others use the machine too, run it on one
// core (`taskset -c 1`): a software adapter takes all it finds, and is twice as fast whenever a second one happens to be free.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    filter: { type: 'string', default: 'matmul m 60, n 256, k 2048' },
    adapter: { type: 'string', default: 'auto' },
  },
});

const root = fileURLToPath(new URL('..', import.meta.url));
const planted = mkdtempSync(join(tmpdir(), 'movt-planted-'));
process.on('exit', () => rmSync(planted, { recursive: true, force: true }));
for (const part of ['package.json', 'src']) {
  cpSync(join(root, 'packages/kernels', part), join(planted, 'packages/kernels', part), { recursive: true });
}

// A tenth of the sums is computed, stored, and then computed again with the rest.
const file = join(planted, 'packages/kernels/src/ops/matmul/matmul.wgsl');
const source = readFileSync(file, 'utf8');
const slowed = source.replace(
  /multiply_tile\(([^;]*)params\.k([^;]*)\);\s*(emit_tile\([^;]*\);)/,
  'multiply_tile($1params.k / 10$2);\n  $3\n  $&',
);
if (slowed === source) throw new Error(`${file} is not as this check expects it`);
writeFileSync(file, slowed);

let wrong = gate(planted) === 1 ? 0 : 1;
console.log(wrong ? 'the planted regression was NOT found' : 'the planted regression was found');
let alarms = 0;
const runs = Number(values.runs);
for (let run = 1; run <= runs; run++) {
  if (gate('.') !== 0) alarms++;
  console.log(`noise alone: ${alarms} alarms in ${run} runs`);
}
if (alarms > 0) wrong++;
process.exitCode = wrong ? 1 : 0;

/** Compares a tree with the working tree, which is `a`; gives the gate's exit code. */
function gate(tree) {
  const bench = join(root, 'apps/bench/bin/bench.mjs');
  const options = ['--gate', '--filter', values.filter, '--adapter', values.adapter];
  const { status, stdout, stderr } = spawnSync(process.execPath, [bench, 'compare', '.', tree, ...options], {
    cwd: root,
    encoding: 'utf8',
  });
  console.log(
    stdout
      .split('\n')
      .filter((line) => /^matmul/.test(line))
      .join('\n'),
  );
  if (status !== 0 && status !== 1) throw new Error(`bench compare failed: ${stderr}`);
  return status;
}
