import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { videoPatchesCheck } from './video_patches.cases.ts';
import { videoPatches } from './video_patches.ts';

await checkKernel(videoPatchesCheck);

test('video_patches refuses videos that are not whole tubelets', async () => {
  const { traits } = await testContext();
  const whole = { batch: 1, frames: 4, height: 32, width: 32, tubelet: 2, patch: 16 };
  for (const wrong of [{ frames: 5 }, { height: 40 }, { width: 8 }, { patch: 2 }]) {
    assert.throws(() => videoPatches.variant({ ...whole, ...wrong }, traits), /need whole tubelets/);
  }
});

test.run();
