// node tools/test.mjs [FOLDER] [--filter SUBSTRING] [--runtime node|deno|all] [--adapter auto|gpu|lavapipe|swiftshader|FILE.json]
// Runs every bundled test file below FOLDER (dist/tests), each in its own process, two at a time; those of kernels,
// model and worker a second time on Deno, from the same bundle; what of kernels it leaves out there says
// packages/kernels/src/testing/fewest-shaders.ts. The last line is `N passed, N failed`, with `, N skipped` if any.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { globSync } from './glob.mjs';
import { killAll, runTestFile } from './test-file.mjs';

const AT_ONCE = 2;
const ON_DENO = /^(packages\/(kernels|movt)|apps\/worker|tests\/golden)/;
const COMMANDS = {
  node: [process.execPath, '--enable-source-maps'],
  // Nothing from the network, no question, and no file of this repository rewritten.
  deno: 'node_modules/.bin/deno run -A --unstable-webgpu --no-prompt --no-lock --node-modules-dir=manual --cached-only --no-remote'.split(
    ' ',
  ),
};

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root); // tests find the repository's files from here
if (!existsSync('dist/vulkan-env.mjs')) quit('dist/ is missing: run `pnpm build` first');
const { chooseDriver, takeAdapterOption } = await import('../dist/vulkan-env.mjs');
const { folder, filter, runtimes, request } = readArguments();
const jobs = findJobs();
if (!jobs.length) quit(`no test file below ${folder} has "${filter}" in its name`);

const { environment, note } = await chooseDriver(request).catch(({ message }) => quit(message));
const env = { ...process.env, ...environment, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
console.log(`adapter: ${note}\n${jobs.length} test files`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    killAll();
    process.exit(1);
  });
}

const sum = { passed: 0, failed: 0, skipped: 0 };
let done = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) report(job, await runTestFile(job.command, env));
  }),
);
const skipped = sum.skipped ? `, ${sum.skipped} skipped` : '';
console.log(`adapter: ${note}\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = sum.failed ? 1 : 0;

function readArguments() {
  try {
    const options = { filter: { type: 'string', default: '' }, runtime: { type: 'string', default: 'all' } };
    const { request, rest } = takeAdapterOption(process.argv.slice(2), process.env);
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
    const runtimes = values.runtime === 'all' ? Object.keys(COMMANDS) : [values.runtime];
    if (!COMMANDS[runtimes[0]]) quit(`--runtime: got "${values.runtime}", need node, deno or all`);
    return { folder: resolve(positionals[0] ?? 'dist/tests'), filter: values.filter, runtimes, request };
  } catch (error) {
    quit(error.message);
  }
}

function findJobs() {
  if (!existsSync(folder)) quit(`${folder} is missing`);
  const names = globSync(`${folder}/`, [''], '.mjs').map((path) => path.replace(/^\/+/, ''));
  return runtimes.flatMap((runtime) =>
    names
      .filter((name) => name.includes(filter))
      .filter((name) => runtime === 'node' || (ON_DENO.test(name) && !name.endsWith('.node.test.mjs')))
      .map((name) => ({ runtime, name, command: [...COMMANDS[runtime], `${folder}/${name}`] })),
  );
}

function report({ runtime, name }, { passed, failed, skipped, problem, output, seconds }) {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
  const counts = [`${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`].filter(Boolean);
  const mark = failed ? 'FAIL' : 'ok  ';
  console.log(
    `${mark} ${++done} ${runtime} ${name.replace(/\.mjs$/, '')}: ${counts.join(', ')}, ${seconds.toFixed(1)} s`,
  );
  if (failed) console.log(`${output.trimEnd()}\n${problem ? `     ${name} on ${runtime}: ${problem}\n` : ''}`);
}

function quit(message) {
  console.error(`test: ${message}`);
  process.exit(2);
}
