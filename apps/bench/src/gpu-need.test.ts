import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuNeed } from './gpu-need.ts';

test('counting needs no GPU, all else does', () => {
  assert.is(gpuNeed(['cost', 'movt-base', '--json']), 'none');
  assert.is(gpuNeed(['kernels', 'cost']), 'any');
  assert.is(gpuNeed([]), 'any');
});

test.run();
