import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

interface Result {
  passed: number;
  failed: number;
  skipped: number;
  problem: string;
  output: string;
  seconds: number;
}
type RunTestFile = (command: string[], env: NodeJS.ProcessEnv, limits?: object) => Promise<Result>;
// The runner is plain JavaScript and stays out of the bundle.
const { runTestFile }: { runTestFile: RunTestFile } = await import(pathToFileURL(resolve('tools/test-file.mjs')).href);

const test = suite('runTestFile', { folder: '' });
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'movt-test-'));
});
test.after.each((context) => rm(context.folder, { recursive: true, force: true }));

async function run(folder: string, body: string, limits = {}): Promise<Result> {
  const file = join(folder, 'sample.mjs');
  const imports = `import { test } from '${import.meta.resolve('uvu')}'; import * as assert from '${import.meta.resolve('uvu/assert')}';`;
  await writeFile(file, `${imports}\n${body}`);
  const { problem, ...result } = await runTestFile([process.execPath, file], process.env, limits);
  return { ...result, problem: problem ?? '' };
}

const outcome = ({ passed, failed, skipped }: Result) => `${passed} ${failed} ${skipped}`;

test('counts what passed, failed and was skipped', async ({ folder }) => {
  const result = await run(
    folder,
    `test('a', () => {}); test('b', () => assert.is(1, 2)); test('c', () => {}); test.skip('d', () => {}); test.run();`,
  );
  assert.is(outcome(result), '2 1 1');
  assert.is(result.problem, '');
  assert.match(result.output, /FAIL.*"b"/);
});

test('a file that forgets .run(), or has no test, fails', async ({ folder }) => {
  for (const body of [`test('a', () => {});`, 'test.run();', '']) {
    const result = await run(folder, body);
    assert.is(outcome(result), '0 1 0', body);
    assert.match(result.problem, 'ran no test');
  }
});

test('a before hook that throws fails every test of its suite', async ({ folder }) => {
  const result = await run(
    folder,
    `test.before(() => { throw 1 }); test('a', () => {}); test('b', () => {}); test.run();`,
  );
  assert.is(outcome(result), '0 2 0');
  assert.match(result.problem, 'before hook');
});

test('a crash fails, in the middle of a test and after the last', async ({ folder }) => {
  const during = await run(folder, `test('a', () => process.kill(process.pid, 'SIGSEGV')); test.run();`);
  assert.is(outcome(during), '0 1 0');
  assert.match(during.problem, 'crashed: SIGSEGV');
  const after = await run(folder, `test('a', () => {}); test.run(); process.on('exit', () => process.abort());`);
  assert.is(outcome(after), '1 1 0');
  assert.match(after.problem, 'crashed after its tests: SIGABRT');
  const early = await run(folder, `test('a', () => process.exit(0)); test.run();`);
  assert.is(outcome(early), '0 1 0');
});

test('a test that never ends is stopped, and what it started with it', async ({ folder }) => {
  const result = await run(
    folder,
    `import { spawn } from 'node:child_process';
    test('a', () => new Promise(() => console.log('pid', spawn('sleep', ['60'], { stdio: 'inherit' }).pid))); test.run();`,
    { timeoutMs: 1500 },
  );
  assert.is(outcome(result), '0 1 0');
  assert.match(result.problem, 'timed out after 1.5 s');
  const pid = Number(/pid (\d+)/.exec(result.output)?.[1]);
  // Gone, or dead and waiting for init to notice.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '(sleep) Z');
  assert.match(stat, /\(sleep\) Z/);
});

test('a handle left open is a failure', async ({ folder }) => {
  const result = await run(folder, `setInterval(() => {}, 1000); test('a', () => {}); test.run();`, { lingerMs: 300 });
  assert.is(outcome(result), '1 1 0');
  assert.match(result.problem, 'a handle is open');
});

test.run();
