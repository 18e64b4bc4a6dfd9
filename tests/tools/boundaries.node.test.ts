import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('boundaries', { root: '' });
test.before.each(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'movt-test-'));
});
test.after.each((context) => rm(context.root, { recursive: true, force: true }));

/** A small tree that keeps every rule, and what `extra` adds to it, held against the rules. */
async function check(
  root: string,
  extra: Record<string, string> = {},
): Promise<{ code: number | null; lines: string[] }> {
  const manifest = (...names: string[]) =>
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) });
  const files = {
    'package.json': JSON.stringify({ devDependencies: { uvu: '1', '@movt/bench': '1', movt: '1' } }),
    'packages/kernels/package.json': manifest('webgpu'),
    'packages/tracker/package.json': manifest('@movt/kernels'),
    'packages/movt/package.json': manifest('@movt/kernels', '@movt/tracker'),
    'apps/bench/package.json': manifest('movt'),
    'packages/kernels/src/runtime/context.ts': `import type { Limits } from './limits.ts';`,
    'packages/kernels/src/ops/relu/relu.ts': `import { context } from '../../runtime/context.ts';`,
    'packages/kernels/src/ops/relu/relu.test.ts': `import { test } from 'uvu'; import { a } from '../../testing/index.ts';`,
    'packages/kernels/src/platform/node.ts': `const { create } = await import('webgpu');`,
    'packages/movt/src/model.ts': `import type { Tracks } from '@movt/tracker/tracks';`,
    'packages/movt/src/checkpoint-file.ts': `import { readFile } from 'node:fs/promises';`,
    'packages/movt/src/cli/main.ts': `import { track } from '@movt/tracker'; import { open } from '../checkpoint-file.ts';`,
    'examples/matmul/matmul.ts': `import type { KernelSpec } from '@movt/bench/spec';`,
    'tests/end.test.ts': `import { predict } from '../packages/movt/src/model.ts';`,
    ...extra,
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/boundaries.mjs', root], { encoding: 'utf8' });
  assert.is(stderr, '');
  return { code: status, lines: stdout.trim().split('\n') };
}

test('a tree that keeps the rules passes', async ({ root }) => {
  const { code, lines } = await check(root);
  assert.equal(lines, ['9 files, 0 broken import rules']);
  assert.is(code, 0);
});

test('every kind of violation is named with its file and its import', async ({ root }) => {
  const violations: [file: string, name: string, complaint: RegExp][] = [
    ['packages/kernels/src/runtime/a.ts', '../ops/relu/relu.ts', /nothing but itself/],
    ['packages/kernels/src/runtime/b.ts', '../platform/node.ts', /nothing but itself/],
    ['packages/kernels/src/runtime/c.ts', 'node:fs', /a browser loads this file/],
    ['packages/kernels/src/runtime/d.ts', 'fs', /write it 'node:fs'/],
    ['packages/kernels/src/ops/relu/e.ts', '../../testing/index.ts', /may import packages\/kernels\/src\/runtime/],
    ['packages/kernels/src/platform/f.ts', '../runtime/context.ts', /may import .*errors\.ts/],
    ['packages/kernels/src/ops/relu/g.ts', 'movt', /package\.json does not declare movt/],
    ['packages/kernels/src/ops/relu/h.ts', '@movt/kernels', /relative path/],
    ['packages/tracker/src/i.ts', '../../kernels/src/index.ts', /name the package/],
    ['packages/tracker/src/j.ts', 'movt', /does not declare movt/],
    ['packages/movt/src/k.ts', '@movt/tracker', /tracks/],
    ['packages/movt/src/l.ts', './checkpoint-file.ts', /and not that one/],
    ['packages/movt/src/m.ts', 'valibot', /does not declare valibot/],
    ['apps/bench/src/n.ts', 'uvu', /does not declare uvu/],
    ['examples/matmul/q.ts', 'movt', /may import apps\/bench\/spec/],
    ['packages/elsewhere/src/o.ts', './p.ts', /no rule/],
  ];
  const extra = Object.fromEntries(violations.map(([file, name]) => [file, `import type { x } from '${name}';`]));
  const { code, lines } = await check(root, extra);
  for (const [file, name, complaint] of violations) {
    const line = lines.find((each) => each.startsWith(`${file}: imports '${name}'`));
    assert.ok(line, `${file} passed`);
    assert.match(line, complaint);
  }
  assert.is(lines.length, violations.length + 1);
  assert.is(code, 1);
});

test.run();
