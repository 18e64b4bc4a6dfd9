import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { build, type Plugin } from 'esbuild';
import type { Tree } from './trees.ts';
import { workspaceRoot } from './workspace.ts';

/**
 * Bundles a measuring process with the kernels of a tree.
 *
 * @param entry `registry-child` measures the tree's own kernels, `own-child` a user's
 * @param file where the bundle goes; the workspace's packages must be found from there.
 * @throws MovtError `bad_input` when the tree's kernels lack what measuring needs.
 */
export async function buildChild(entry: 'registry-child' | 'own-child', tree: Tree, file: string): Promise<void> {
  await build({
    entryPoints: [join(workspaceRoot(), `apps/bench/src/compare/${entry}.ts`)],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    loader: { '.wgsl': 'text' },
    plugins: [await kernelsOf(tree)],
    logLevel: 'silent',
  }).catch((error: Error) => {
    throw badInput({
      action: `building the kernels of ${tree.label}`,
      given: error.message,
      needed: 'kernels that this bench can measure',
      fix: 'Choose a later commit, or compare two reports.',
    });
  });
}

/** Takes @movt/kernels from a tree, by its own list of exports; everything from the registry stays where pnpm put it. */
async function kernelsOf({ folder }: Tree): Promise<Plugin> {
  const home = join(folder, 'packages/kernels');
  const { exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  return {
    name: 'kernels-of-a-tree',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const part = path.match(/^@movt\/kernels(\/.*)?$/);
        if (!part) return { path, external: true };
        const target = exports[`.${part[1] ?? ''}`];
        return target ? { path: join(home, target) } : { errors: [{ text: `it has no ${path}` }] };
      });
    },
  };
}
