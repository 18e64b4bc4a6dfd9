import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('new-kernel', { root: '', ops: '' });
test.before.each(async (context) => {
  // Inside dist/, so that a bundle put there finds the packages; beside ops/, what a kernel imports.
  context.root = await mkdtemp(resolve('dist/new-kernel-'));
  context.ops = join(context.root, 'ops');
  await mkdir(context.ops);
  for (const room of ['runtime', 'testing']) {
    await symlink(resolve('packages/kernels/src', room), join(context.root, room));
  }
});
test.after.each((context) => rm(context.root, { recursive: true, force: true }));

function newKernel(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/new-kernel.mjs', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

async function runKernelTest(root: string, name: string) {
  const outfile = join(root, `${name}.test.mjs`);
  await build({
    entryPoints: [join(root, 'ops', name, `${name}.test.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    loader: { '.wgsl': 'text' },
  });
  return spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
}

test('the five files fail their test until the formula is written, and pass then', async ({ root, ops }) => {
  const { status, stdout } = newKernel('scaled_copy2', ops);
  assert.is(status, 0);
  assert.equal(
    (await readdir(join(ops, 'scaled_copy2'))).sort(),
    ['cases.ts', 'reference.ts', 'test.ts', 'ts', 'wgsl'].map((ending) => `scaled_copy2.${ending}`),
  );
  assert.match(stdout, 'scaled_copy2.wgsl');

  const unwritten = await runKernelTest(root, 'scaled_copy2');
  assert.is(unwritten.status, 1);
  assert.match(unwritten.stdout, /Passed: +0\n/);
  assert.match(unwritten.stdout, /scaled_copy2\.y .*NaN, expected/);

  const shader = join(ops, 'scaled_copy2', 'scaled_copy2.wgsl');
  await writeFile(shader, (await readFile(shader, 'utf8')).replace('// y[i] = …', 'y[i] = x[i];'));
  const written = await runKernelTest(root, 'scaled_copy2');
  assert.is(written.status, 0, written.stdout);
  assert.match(written.stdout, /Passed: +5\n/);
});

test('a name that is not snake_case is refused and nothing is written', async ({ ops }) => {
  for (const name of ['', 'Relu', 'a-b', '../evil', 'a/b', '2d', 'a__b', 'a_', '_a', 'a b']) {
    const { status, stderr } = newKernel(name, ops);
    assert.is(status, 2, name);
    assert.match(stderr, 'snake_case');
  }
  assert.equal(await readdir(ops), []);
});

test('a kernel that exists is left as it is', async ({ ops }) => {
  const file = join(ops, 'relu', 'relu.wgsl');
  await mkdir(join(ops, 'relu'));
  await writeFile(file, 'mine');
  const { status, stderr } = newKernel('relu', ops);
  assert.is(status, 2);
  assert.match(stderr, 'exists already');
  assert.is(await readFile(file, 'utf8'), 'mine');
  assert.equal(await readdir(join(ops, 'relu')), ['relu.wgsl']);
});

test.run();
