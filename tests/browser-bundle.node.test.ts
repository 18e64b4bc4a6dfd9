import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What a page would import; `webgpu` (Dawn) is only ever loaded in Node. */
const PAGE = `
  export { createContext } from '@movt/kernels';
  export { platformGpu } from '@movt/kernels/platform';
  export { createPredictor, decodeCheckpoint } from 'movt';
  export { readCsv, readNpz } from 'movt/datasets';
  export { trackVideo } from '@movt/tracker/track';
  export { openBlob } from '@movt/tracker/frames/blob';
`;

test('model, tracker and decoder bundle for a browser, with nothing of Node in them', async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: PAGE, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['webgpu'],
    loader: { '.wgsl': 'text' },
    logLevel: 'silent',
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  assert.equal(
    imported.filter((path) => path.startsWith('node:')),
    [],
  );
  assert.ok(outputFiles[0].text.includes('@compute'), 'the kernels must be in it');
});

test.run();
