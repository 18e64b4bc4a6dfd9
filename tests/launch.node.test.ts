import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('commands', { folder: '' });
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'movt-test-'));
});
test.after.each((context) => rm(context.folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program as a user would: without the choice that the test runner has made for its own children. */
function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { MOVT_ADAPTER, MOVT_CHOSEN_DRIVER, VK_ICD_FILENAMES, VK_DRIVER_FILES, LD_LIBRARY_PATH, ...rest } = process.env;
  const child = spawn(process.execPath, args, { env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((done) => child.on('close', done));
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { child, ended: ended.then(([code, stdout, stderr]): Ended => ({ code, stdout, stderr })) };
}

/** A command whose main module is `body`, started the way bin/movt.mjs starts its own. */
async function command(folder: string, body: string): Promise<string> {
  const environment = pathToFileURL(resolve('dist/vulkan-env.mjs')).href;
  await writeFile(join(folder, 'main.mjs'), body);
  await writeFile(
    join(folder, 'bin.mjs'),
    `import { launch } from '${environment}'; await launch('sample', new URL('main.mjs', import.meta.url));`,
  );
  return join(folder, 'bin.mjs');
}

test('the main module gets its arguments, its driver and the exit code; standard output stays its own', async ({
  folder,
}) => {
  const bin = await command(
    folder,
    `console.log(JSON.stringify({ args: process.argv.slice(2), icd: process.env.VK_ICD_FILENAMES })); process.exitCode = 7;`,
  );
  const { code, stdout, stderr } = await start([bin, 'a', '--adapter', 'swiftshader', '--json']).ended;
  assert.is(code, 7);
  const { args, icd } = JSON.parse(stdout);
  assert.equal(args, ['a', '--json']);
  assert.match(icd, /vk_swiftshader_icd\.json$/);
  assert.match(stderr, /^sample: adapter: SwiftShader[^\n]*\n$/);
});

test('a question about the command starts no GPU', async ({ folder }) => {
  const bin = await command(folder, `console.log('usage');`);
  for (const args of [['--help'], ['track', '-h'], ['--version']]) {
    assert.equal(await start([bin, ...args]).ended, { code: 0, stdout: 'usage\n', stderr: '' });
  }
});

test('a command line that needs no GPU starts without one, and takes no adapter', async ({ folder }) => {
  const movt = (...args: string[]) => start(['packages/movt/bin/movt.mjs', ...args], { XDG_CACHE_HOME: folder }).ended;
  const missing = ['predict', '--model', 'missing', '--tracks', 'missing', '--device', 'wasm'];
  const { code, stderr } = await movt(...missing);
  assert.is(code, 2);
  assert.match(stderr, /^movt: [^\n]*no such file[^\n]*\n$/);
  assert.equal(await readdir(folder), [], 'SwiftShader is not unpacked');
  const refused = await movt(...missing, '--adapter', 'lavapipe');
  assert.is(refused.code, 2);
  assert.match(refused.stderr, /^movt: reading --adapter: got lavapipe for a command line that uses no GPU[^\n]*\n$/);
});

test('a signal reaches the main module', async ({ folder }) => {
  const bin = await command(
    folder,
    `process.on('SIGTERM', () => process.exit(9)); setTimeout(() => process.exit(1), 20_000); console.log('ready');`,
  );
  const { child, ended } = start([bin, 'run', '--adapter', 'swiftshader']);
  child.stdout.on('data', () => child.kill('SIGTERM'));
  assert.is((await ended).code, 9);
});

test('a wrong adapter is one line and exit code 2', async ({ folder }) => {
  const bin = await command(folder, `console.log('ran');`);
  for (const args of [['--adapter', 'vulkan'], ['--adapter'], ['--adapter', '/nowhere/icd.json']]) {
    const { code, stdout, stderr } = await start([bin, 'run', ...args]).ended;
    assert.is(code, 2);
    assert.is(stdout, '');
    assert.match(stderr, /^sample: [^\n]*need auto, gpu[^\n]*\n$/);
  }
});

test('two processes that unpack at once both start; movt --adapter list shows what there is', async ({ folder }) => {
  const list = ['packages/movt/bin/movt.mjs', '--adapter', 'list'];
  const both = [start(list, { XDG_CACHE_HOME: folder }), start(list, { XDG_CACHE_HOME: folder })];
  for (const { ended } of both) {
    const { code, stdout } = await ended;
    assert.is(code, 0);
    assert.match(stdout, /^swiftshader +SwiftShader driver .*timestamps\n +\S*vk_swiftshader_icd\.json$/m);
  }
  const [unpacked] = await readdir(join(folder, 'movt'));
  assert.is((await readdir(join(folder, 'movt', unpacked))).length, 3);
});

test.run();
