// tfjs's gradients, which its entry for Node leaves out: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/register_all_gradients.ts
// Its ES modules name files without their extension, which Node does not find, so they are bundled. They register themselves with
// the one engine of the process.

import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { build } from 'esbuild';

const path = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/dist/register_all_gradients.js');
const { outputFiles } = await build({
  entryPoints: [path],
  bundle: true,
  write: false,
  format: 'iife',
  platform: 'node',
});
runInThisContext(outputFiles[0].text);
