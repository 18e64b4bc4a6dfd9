// node tools/check.mjs: everything that has to hold before a change is merged. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Each is one check; without a build there is nothing to test, the others are independent. */
const STEPS = [
  ['build', 'node', ['tools/build.mjs'], 'needed'],
  ['format and lint', 'node_modules/.bin/biome', ['ci', '.']],
  ['types', 'node_modules/.bin/tsc', ['-p', 'tsconfig.json']],
  ['import boundaries', 'node', ['tools/boundaries.mjs']],
];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const [name, command, args, needed] of STEPS) {
  const { code } = await run(name, command, args);
  sum[code === 0 ? 'passed' : 'failed']++;
  if (code !== 0 && needed) finish();
}
const { code, output } = await run('tests', 'node', ['tools/test.mjs']);
const counts = output
  .trimEnd()
  .match(/(?<passed>\d+) passed, (?<failed>\d+) failed(, (?<skipped>\d+) skipped)?$/)?.groups;
for (const key in sum) sum[key] += Number(counts?.[key] ?? 0);
if (code !== 0 && !Number(counts?.failed)) sum.failed++; // the runner itself gave up
finish();

/** Runs one step with its output shown as it comes; says how long it took. */
async function run(name, command, args) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`== ${name}: ${code === 0 ? 'ok' : `failed (exit code ${code})`}, ${seconds} s`);
  return { code, output };
}

function finish() {
  const skipped = sum.skipped ? `, ${sum.skipped} skipped` : '';
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exit(sum.failed ? 1 : 0);
}
