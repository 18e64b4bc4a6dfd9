import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import type { Activation } from '../activation/activation_functions.ts';
import { rowChainReference } from './row_chain.reference.ts';
import { type LinearStep, type RowChainProblem, type RowStep, rowChain } from './row_chain.ts';

interface Layout {
  /** Leave out the last step, which writes to `output`. */
  readonly split?: boolean;
  /** Where all widths are multiples of four, so is where rows begin: loads are vec4s. */
  readonly vectors?: boolean;
}

/** Lays out weights and state for a chain of widths: linear layers, with a residual and a norm after every second one. */
function chainOf(
  rows: number,
  widths: readonly number[],
  activation: Activation,
  { split = false, vectors = false }: Layout = {},
): RowChainProblem {
  const steps: RowStep[] = [];
  let weightsLength = vectors ? 4 : 5;
  let stateLength = vectors ? 4 : 3;
  const matrix = (columns: number) => {
    const stride = columns + (vectors ? 4 : 2); // rows need not touch
    const offset = stateLength;
    stateLength += rows * stride;
    return { offset, stride };
  };
  const parameter = (length: number) => {
    weightsLength += length;
    return weightsLength - length;
  };
  let x = matrix(widths[0]);
  for (const [i, columns] of widths.slice(1).entries()) {
    const inner = widths[i];
    const y = matrix(columns);
    const linear: LinearStep = {
      kind: 'linear',
      x,
      y,
      inner,
      columns,
      weight: parameter(columns * inner),
      bias: parameter(columns),
    };
    const normed = i % 2 === 1;
    steps.push({ ...linear, activated: !normed, ...(normed ? { residual: matrix(columns) } : {}) });
    x = y;
    if (normed) {
      x = matrix(columns);
      steps.push({ kind: 'norm', x: y, y: x, columns, weight: parameter(columns), bias: parameter(columns) });
    }
  }
  if (split) return { rows, steps, activation, eps: 1e-5, weightsLength, stateLength, outputLength: vectors ? 4 : 1 };
  const columns = widths[0];
  const inner = widths[widths.length - 1];
  const y = vectors ? { offset: 8, stride: columns + 4 } : { offset: 7, stride: columns + 1 };
  steps.push({
    kind: 'linear',
    x,
    y,
    inner,
    columns,
    weight: parameter(columns * inner),
    bias: parameter(columns),
    toOutput: true,
  });
  const outputLength = y.offset + rows * y.stride;
  return { rows, steps, activation, eps: 1e-5, weightsLength, stateLength, outputLength };
}

/** Scaled so that the layers keep the size of what passes through them. */
const tolerance = { rtol: 2e-5, atol: 2e-5 };
const check = (problem: RowChainProblem): KernelCase<RowChainProblem> => ({ problem, tolerance });

export const rowChainCheck: KernelCheck<RowChainProblem> = {
  kernel: rowChain,
  reference: rowChainReference,
  draw: {
    weights: (random, { weightsLength }) => random.normal(weightsLength).map((value) => value * 0.1),
    state: (random, { stateLength }) => random.normal(stateLength),
  },
  cases: [
    check(chainOf(1, [1, 1, 1], 'relu')),
    check(chainOf(17, [2, 33, 65, 31], 'relu')),
    check(chainOf(15, [64, 7, 64, 129, 64, 64], 'relu')),
    check({ ...chainOf(21, [12, 40, 12], 'relu'), halfWeights: true }),
    check(chainOf(70, [19, 130], 'relu', { split: true })),
    check(chainOf(33, [40, 24, 40], 'gelu')),
    check(chainOf(17, [4, 36, 300, 12], 'relu', { vectors: true })),
    check({ ...chainOf(33, [20, 12, 20], 'relu', { vectors: true }), halfWeights: true }),
    check(chainOf(70, [52, 132], 'relu', { split: true, vectors: true })),
    // movt-base after attention: projection, feed-forward, the next layer's q, k and v.
    { ...check(chainOf(60, [256, 2048, 256], 'relu', { vectors: true })), bench: true },
  ],
};
