// The worker's page for esbuild: whoever imports `browser.bundle` gets what lies in browser/ beside it, bundled for browsers.

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path/posix';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' };

/** @param {(line: string) => void} log gets the page's size */
export const pageBundle = (log) => ({
  name: 'page-bundle',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/browser\.bundle$/ }, ({ path, importer }) => ({
      path: join(dirname(importer), path),
      namespace: 'page',
    }));
    onLoad({ filter: /.*/, namespace: 'page' }, async ({ path }) => {
      const page = await bundlePage(join(dirname(path), 'browser'));
      log(describe(page));
      return { contents: `export default ${JSON.stringify(page)}` };
    });
  },
});

/** The document, and the files that it loads by names that change with what is in them. */
async function bundlePage(folder) {
  const { outputFiles, metafile } = await build({
    entryPoints: ['main.tsx', 'style.css'].map((name) => join(folder, name)),
    outdir: '/',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [{ name: 'short-shaders', setup: ({ onLoad }) => onLoad({ filter: /\.wgsl$/ }, loadShader) }],
    logLevel: 'warning',
  });
  const files = outputFiles.map(({ path, text }) => ({
    name: basename(path),
    type: TYPES[path.match(/\w+$/)[0]],
    text,
  }));
  const nameOf = (start) => files.find(({ name }) => name.startsWith(start)).name;
  const [script, style] = [nameOf('main-'), nameOf('style-')];
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
    .replace('main.tsx', `page/${script}`)
    .replace('style.css', `page/${style}`);
  return { html, files, first: [script, style, ...importedBy(script, metafile)] };
}

/** Without comments and indentation, which are a third of it. */
function loadShader({ path }) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const kept = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith('//'));
  return { contents: `${kept.join('\n')}\n`, loader: 'text' };
}

/** Chunks that a script cannot begin without. */
function importedBy(script, { outputs }) {
  const key = Object.keys(outputs).find((name) => name.endsWith(script));
  return outputs[key].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => basename(path));
}

function describe({ html, files, first }) {
  const size = (texts) => {
    const bytes = (lengths) => `${Math.round(lengths.reduce((a, b) => a + b, 0) / 1000)} kB`;
    return `${bytes(texts.map((text) => Buffer.byteLength(text)))} (${bytes(texts.map((text) => gzipSync(text).length))} gzip)`;
  };
  const shown = files.filter(({ name }) => first.includes(name)).map(({ text }) => text);
  return `page: ${size([html, ...shown])} to be seen, ${size([html, ...files.map(({ text }) => text)])} with kernels, model and decoder`;
}
