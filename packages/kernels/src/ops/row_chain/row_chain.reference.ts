import type { Arrays } from '../../testing/check-kernel.ts';
import { activateReference } from '../activation/activation_functions.reference.ts';
import { layernormReference } from '../layernorm/layernorm.reference.ts';
import { matmulReference } from '../matmul/matmul.reference.ts';
import type { RowChainProblem, Rows } from './row_chain.ts';

/** The steps one after another in float64; what no step writes stays NaN, as the test's buffers begin. */
export function rowChainReference(problem: RowChainProblem, { weights, state }: Arrays): Arrays {
  const { rows, steps, eps } = problem;
  const buffers = { state: Float64Array.from(state), output: new Float64Array(problem.outputLength).fill(NaN) };
  const read = ({ offset, stride }: Rows, columns: number) =>
    Float64Array.from(
      { length: rows * columns },
      (_, i) => buffers.state[offset + Math.floor(i / columns) * stride + (i % columns)],
    );
  const weightsAt = (offset: number, length: number) => Array.prototype.slice.call(weights, offset, offset + length);
  for (const step of steps) {
    const { columns } = step;
    const bias = weightsAt(step.bias, columns);
    let y: ArrayLike<number>;
    if (step.kind === 'norm') {
      const inputs = { x: read(step.x, columns), weight: weightsAt(step.weight, columns), bias };
      y = layernormReference({ rows, width: columns, eps, residual: false }, inputs).y;
    } else {
      const inputs = { x: read(step.x, step.inner), weight: weightsAt(step.weight, columns * step.inner), bias };
      const activation = step.activated ? problem.activation : 'none';
      const product = matmulReference({ m: rows, n: columns, k: step.inner, bias: true }, inputs).y;
      const added = step.residual ? read(step.residual, columns) : new Float64Array(rows * columns);
      y = Float64Array.from(product, (value, i) => activateReference(activation, value) + added[i]);
    }
    const target = step.kind === 'linear' && step.toOutput ? buffers.output : buffers.state;
    for (let i = 0; i < rows * columns; i++) {
      target[step.y.offset + Math.floor(i / columns) * step.y.stride + (i % columns)] = y[i];
    }
  }
  return buffers;
}
