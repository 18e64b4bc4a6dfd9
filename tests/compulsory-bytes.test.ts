import { attention, compulsoryBytes, gaussianPyramid, matmul, rowChain } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('every bound element counts once, at its own width', () => {
  const sizes = { m: 5, n: 7, k: 3, bias: true };
  assert.is(compulsoryBytes(matmul, sizes), 4 * (5 * 3 + 7 * 3 + 7 + 5 * 7));
  assert.is(compulsoryBytes(matmul, { ...sizes, halfWeights: true }), 4 * (5 * 3 + 5 * 7) + 2 * (7 * 3 + 7));
});

test('attention counts a tensor that is bound under three names once', () => {
  const sizes = { batch: 2, queries: 60, keys: 60, heads: 8, headDim: 32, mask: false } as const;
  const separate = compulsoryBytes(attention, { ...sizes, layout: 'separate' });
  assert.is(separate, 4 * 4 * 2 * 60 * 256);
  assert.is(compulsoryBytes(attention, { ...sizes, layout: 'packed_qkv' }), separate);
  assert.is(compulsoryBytes(attention, { ...sizes, mask: true, layout: 'packed_kv' }), separate + 4 * 2 * 60);
});

test('a chain counts the parameters that its steps use and each matrix once, not whole buffers', () => {
  const at = (offset: number) => ({ offset, stride: 10 });
  const linear = { kind: 'linear', inner: 8, columns: 6, weight: 0, bias: 48, activated: false } as const;
  const chain = {
    rows: 3,
    steps: [
      { ...linear, x: at(0), y: at(100), residual: at(200) },
      { kind: 'norm', x: at(100), y: at(100), columns: 6, weight: 54, bias: 60 },
    ],
    activation: 'relu',
    eps: 1e-5,
    weightsLength: 1e6,
    stateLength: 1e6,
    outputLength: 1,
  } as const;
  const parameters = 6 * 8 + 6 + 2 * 6;
  const matrices = 3 * (8 + 6 + 6);
  assert.is(compulsoryBytes(rowChain, chain), 4 * (parameters + matrices));
  assert.is(compulsoryBytes(rowChain, { ...chain, halfWeights: true }), 2 * parameters + 4 * matrices);
});

test('a step down a pyramid counts two levels of the buffer that holds all', () => {
  const finer = { offset: 9, width: 10, height: 6 };
  const coarser = { offset: 69, width: 5, height: 3 };
  assert.is(compulsoryBytes(gaussianPyramid, { length: 1e6, finer, coarser }), 4 * (60 + 15));
});

test.run();
