import { attention, conv1d, gaussianPyramid, klt, matmul, rowChain, velocityLinear } from '@movt/kernels';
import { kernelRegistry } from '@movt/kernels/registry';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Multiply-accumulates of loops that are run. */
function countLoops(...bounds: number[]): number {
  const [bound, ...rest] = bounds;
  let count = 0;
  for (let i = 0; i < bound; i++) count += rest.length > 0 ? countLoops(...rest) : 1;
  return count;
}

test('a product, a convolution, a chain and attention count what their loops do', () => {
  assert.is(matmul.macs!({ m: 3, n: 5, k: 7, batch: 2 }), countLoops(2, 3, 5, 7));
  const frames = { batch: 2, frames: 6, points: 3 };
  const convolution = { ...frames, inputs: 4, outputs: 5, taps: 3, maxOverTime: true };
  assert.is(conv1d.macs!(convolution), countLoops(2, 3, 6, 5, 4, 3));
  assert.is(velocityLinear.macs!({ ...frames, channels: 8 }), countLoops(2, 6, 3, 8, 3));
  const heads = { batch: 2, queries: 5, keys: 7, heads: 3, headDim: 4, mask: false, layout: 'separate' } as const;
  assert.is(attention.macs!(heads), 2 * countLoops(2, 3, 5, 7, 4));
  const at = { offset: 0, stride: 8 };
  const linear = { kind: 'linear', x: at, y: at, inner: 4, columns: 6, weight: 0, bias: 0 } as const;
  const steps = [linear, { kind: 'norm', x: at, y: at, columns: 6, weight: 0, bias: 0 }, linear] as const;
  const buffers = { weightsLength: 64, stateLength: 64, outputLength: 1 };
  assert.is(rowChain.macs!({ rows: 9, steps, activation: 'relu', eps: 0, ...buffers }), 2 * countLoops(9, 4, 6));
});

test('the tracker counts its filters and its searches, in floating-point operations twice', () => {
  const level = { offset: 0, width: 10, height: 6 };
  const step = { length: 100, finer: level, coarser: { offset: 60, width: 5, height: 3 } };
  assert.is(gaussianPyramid.macs!(step), 5 * 3 * 4 * (5 * 5 + 5));
  const search = { length: 1, width: 640, height: 480, levels: 4, previous: 0, next: 0, patches: 0, points: 2 };
  assert.is(klt.macs!(search), 2 * (4 + 2) * 15 * 15 * 3 * (16 * 3 + 5 * (4 + 2)));
  assert.is(klt.flops(search), 2 * klt.macs!(search));
});

test('no kernel has more multiply-accumulates than its operations allow', () => {
  for (const { kernel, cases } of kernelRegistry) {
    for (const { problem } of cases) {
      const [macs, flops] = [kernel.macs?.(problem) ?? 0, kernel.flops(problem)];
      assert.ok(Number.isSafeInteger(macs), `${kernel.name}: ${macs} multiply-accumulates`);
      assert.ok(2 * macs <= flops, `${kernel.name}: ${macs} multiply-accumulates among ${flops} operations`);
    }
  }
});

test.run();
