// The whole build is one esbuild call: commands and tests become ES modules in dist/ that Node and Deno both run.

import { readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { globSync } from './glob.mjs';
import { pageBundle } from './page.mjs';

const root = new URL('..', import.meta.url).pathname;
const tests = globSync(root, ['packages', 'apps', 'tests'], '.test.ts');
const entry = (out, file) => ({ in: root + file, out });

// A test that was deleted must not run on from its old bundle.
for (const name of readdirSync(`${root}`).includes('dist') ? readdirSync(`${root}dist`) : []) {
  if (name === 'tests' || name.endsWith('.mjs') || name.endsWith('.map'))
    rmSync(`${root}dist/${name}`, { recursive: true });
}

await build({
  entryPoints: [
    entry('movt', 'packages/movt/src/cli/main.ts'),
    entry('movt-gpu-need', 'packages/movt/src/cli/gpu-need.ts'),
    entry('bench', 'apps/bench/src/main.ts'),
    entry('bench-gpu-need', 'apps/bench/src/gpu-need.ts'),
    entry('peer-movt', 'apps/bench/src/peers/peer-movt.ts'),
    entry('worker-decoder', 'apps/worker/src/video/decoder-main.ts'),
    entry('vulkan-env', 'packages/kernels/src/platform/vulkan-env.ts'),
    ...tests.map((file) => entry(`tests/${file.replace(/\/src\//, '/').replace(/\.ts$/, '')}`, file)),
  ],
  outdir: `${root}dist`,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  sourcemap: true,
  loader: { '.wgsl': 'text' },
  // Bare names that are ours are bundled; everything from the registry stays where pnpm put it.
  plugins: [
    pageBundle(console.log),
    {
      name: 'registry-packages-stay-external',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || /^(movt|@movt\/)/.test(path) ? undefined : { path, external: true },
        );
      },
    },
  ],
  logLevel: 'warning',
});
