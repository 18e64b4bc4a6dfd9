import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuNeed } from './gpu-need.ts';

test('counting needs no GPU, nor does a report of what is there; all else does', () => {
  assert.is(gpuNeed(['study', 'tsne', '--work', 'w', '--report-only']), 'none');
  assert.is(gpuNeed(['cost', 'movt-base', '--json']), 'none');
  assert.is(gpuNeed(['kernels', 'cost']), 'any');
  assert.is(gpuNeed([]), 'none', 'help');
});

test.run();
