// The worker for runtimes that are neither Node nor Deno: one minified file that imports nothing.

import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Fails where anything of it imports `node:` or a runtime. @returns a line that tells its size */
export async function buildEdge(root) {
  const { outputFiles } = await build({
    entryPoints: [`${root}apps/worker/src/edge.ts`],
    outfile: `${root}dist/worker-edge.mjs`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['worker', 'browser'],
    target: 'es2022',
    loader: { '.wgsl': 'text' },
    logLevel: 'warning',
    write: false,
  });
  const [{ path, contents }] = outputFiles;
  writeFileSync(path, contents);
  const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  return `edge: ${kb(contents.length)}, ${kb(gzipSync(contents).length)} gzipped`;
}
